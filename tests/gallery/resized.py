"""The size and the resolution set when the figure is there."""

import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots(layout="tight")
ax.plot(np.sin(np.linspace(0, 20, 500)))
fig.set_size_inches(8, 3)
ax.set_xlabel("wide")
other, ax = plt.subplots()
ax.plot([1, 2])
other.set_dpi(130)
other.set_figwidth(5)
third = plt.figure()
third.add_subplot().plot([2, 1])
third.set_size_inches(3, 6, forward=True)
plt.show()

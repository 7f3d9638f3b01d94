"""An empty figure, an empty plot, and data that is not there."""

import matplotlib.pyplot as plt
import numpy as np

plt.figure(figsize=(3.5, 2.5))
plt.figure(figsize=(4, 3))
plt.plot([], [])
fig, ax = plt.subplots(figsize=(4, 3))
ax.plot([1, np.nan, 3, 2, np.inf, 1], "o-")
ax.imshow([[1, np.nan], [np.nan, 4]], extent=(1, 3, 1, 2), alpha=0.5)
plt.show()

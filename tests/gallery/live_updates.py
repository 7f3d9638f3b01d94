"""A line that is given new data in a loop."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 6, 200)
fig, ax = plt.subplots()
(line,) = ax.plot(x, np.sin(x))
for i in range(20):
    line.set_data(x + i / 10, np.sin(x + i / 10) * (1 + i / 5))
    ax.relim()
    ax.autoscale_view()
    ax.set_title(f"step {i}")
    plt.pause(0.001)
plt.show()

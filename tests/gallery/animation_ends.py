"""An animation that runs once."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots()
x = np.linspace(0, 2 * np.pi, 100)
(line,) = ax.plot(x, np.sin(x))


def update(frame):
    line.set_ydata(np.sin(x + frame / 3))
    ax.set_title(f"frame {frame}")


animation = FuncAnimation(fig, update, frames=6, interval=10, repeat=False)
plt.show()

"""A blitted animation that runs once."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots()
xdata, ydata = [], []
(line,) = ax.plot([], [], "ro")


def init():
    ax.set_xlim(-0.5, 7)
    ax.set_ylim(-1.2, 1.2)
    return (line,)


def update(frame):
    xdata.append(frame)
    ydata.append(np.sin(frame))
    line.set_data(xdata, ydata)
    return (line,)


animation = FuncAnimation(fig, update, np.linspace(0, 2 * np.pi, 16), init, interval=5, blit=True, repeat=False)
plt.show()

"""Turned with the mouse, in an event made by the script."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import MouseEvent

fig = plt.figure()
ax = fig.add_subplot(projection="3d")
ax.plot_surface(*np.mgrid[0:1:10j, 0:1:10j], np.outer(np.arange(10), np.arange(10)) / 81, color="c")
fig.canvas.draw()
MouseEvent("button_press_event", fig.canvas, 300, 200, 1)._process()
for step in range(10):
    MouseEvent("motion_notify_event", fig.canvas, 300 + 10 * step, 200 + 5 * step, 1)._process()
MouseEvent("button_release_event", fig.canvas, 390, 245, 1)._process()
print(round(ax.azim), round(ax.elev))
plt.show()

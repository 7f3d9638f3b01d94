"""Picked points and lines change their colour."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import MouseEvent

rng = np.random.default_rng(0)
fig, (ax1, ax2) = plt.subplots(2, 1)
(line,) = ax1.plot(rng.random(100), "o", picker=True, pickradius=5)
bars = ax2.bar(range(10), rng.random(10), picker=True)


def on_pick(event):
    if event.artist is line:
        ax1.plot(event.ind, line.get_ydata()[event.ind], "rs", ms=10, mfc="none")
    else:
        event.artist.set_facecolor("red")
    fig.canvas.draw()


fig.canvas.mpl_connect("pick_event", on_pick)
fig.canvas.draw()
for ax, point in [(ax1, (50, line.get_ydata()[50])), (ax2, (4, 0.01)), (ax2, (9, 0.02))]:
    MouseEvent("button_press_event", fig.canvas, *ax.transData.transform(point), 1)._process()
plt.show()

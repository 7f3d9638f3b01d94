"""Selectors with blitting, dragged by events."""

import matplotlib.pyplot as plt
from matplotlib.backend_bases import MouseEvent
from matplotlib.widgets import EllipseSelector, SpanSelector

fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(8, 4))
ax1.plot([1, 3, 2])
ax2.plot([3, 1, 2])
chosen = []
ellipse = EllipseSelector(ax1, lambda press, release: chosen.append("ellipse"), useblit=True, interactive=True)
span = SpanSelector(ax2, lambda low, high: chosen.append("span"), "vertical", useblit=True, interactive=True)
fig.canvas.draw()
for ax in (ax1, ax2):
    start, end = ax.transAxes.transform([(0.3, 0.3), (0.7, 0.6)])
    MouseEvent("button_press_event", fig.canvas, *start, 1)._process()
    MouseEvent("motion_notify_event", fig.canvas, *end, 1)._process()
    MouseEvent("button_release_event", fig.canvas, *end, 1)._process()
print(chosen)
plt.show()

"""Blitting: the background is kept, and only a line drawn anew."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 2 * np.pi, 100)
fig, ax = plt.subplots()
(line,) = ax.plot(x, np.sin(x), animated=True)
plt.show(block=False)
plt.pause(0.001)
background = fig.canvas.copy_from_bbox(fig.bbox)
for j in range(20):
    fig.canvas.restore_region(background)
    line.set_ydata(np.sin(x + j / 10))
    ax.draw_artist(line)
    fig.canvas.blit(fig.bbox)
    fig.canvas.flush_events()
line.set_animated(False)
plt.show()

"""A y-axis with a piece cut out."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
points = rng.random(30) * 0.2
points[[3, 14]] += 0.8
fig, (ax1, ax2) = plt.subplots(2, 1, sharex=True)
fig.subplots_adjust(hspace=0.05)
for ax in (ax1, ax2):
    ax.plot(points)
ax1.set_ylim(0.78, 1.0)
ax2.set_ylim(0, 0.22)
ax1.spines.bottom.set_visible(False)
ax2.spines.top.set_visible(False)
ax1.tick_params(labeltop=False, bottom=False)
cut = {"marker": [(-1, -0.5), (1, 0.5)], "markersize": 12, "ls": "none", "color": "k", "mec": "k", "clip_on": False}
ax1.plot([0, 1], [0, 0], transform=ax1.transAxes, **cut)
ax2.plot([0, 1], [1, 1], transform=ax2.transAxes, **cut)
plt.show()

"""Patches, Bezier paths and clipping to a path of one's own."""

import matplotlib.patches as mpatches
import matplotlib.path as mpath
import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots()
data = [
    ("MOVETO", (0.2, 0.2)),
    ("CURVE4", (0.2, 1.4)),
    ("CURVE4", (1.2, 1.2)),
    ("CURVE4", (0.9, 0.3)),
    ("CLOSEPOLY", (0, 0)),
]
codes, points = zip(*data, strict=True)
path = mpath.Path(points, [getattr(mpath.Path, code) for code in codes])
patch = mpatches.PathPatch(path, facecolor="r", alpha=0.3, lw=2)
ax.add_patch(patch)
for i in range(30):
    ax.plot([0, 2], [i / 20, i / 20 - 0.3], lw=1, color="k", clip_path=patch)
ax.add_patch(mpatches.FancyBboxPatch((1.4, 0.2), 0.4, 0.3, boxstyle="round,pad=0.1", ec="k", fc="tan"))
ax.add_patch(mpatches.Wedge((1.5, 1.1), 0.25, 30, 270, width=0.1))
ax.add_patch(mpatches.RegularPolygon((0.3, 1.3), 6, radius=0.15, orientation=np.pi / 12))
ax.add_patch(mpatches.Arc((1, 1.3), 0.5, 0.3, theta1=0, theta2=200, lw=3, color="m"))
ax.set(xlim=(0, 2), ylim=(0, 1.6), aspect="equal")
plt.show()

"""Every marker and line style."""

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

fig, ax = plt.subplots(figsize=(7, 5))
for i, marker in enumerate(sorted(str(m) for m in Line2D.filled_markers)):
    ax.plot(i % 8, i // 8, marker=marker, ms=15, fillstyle="left", markerfacecoloralt="lightsteelblue")
for i, style in enumerate(["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1))]):
    ax.plot([0, 7], [3 + i / 2] * 2, ls=style, lw=1 + i, dash_capstyle="round")
turned = MarkerStyle("d").rotated(deg=30)
ax.scatter([0, 3, 6], [6.5] * 3, marker=turned, s=300, c=["r", "g", "b"])
ax.scatter([1, 4], [6.5] * 2, marker=r"$\clubsuit$", s=300)
plt.show()

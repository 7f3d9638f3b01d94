"""Every hatch, and a few shapes filled with them."""

import matplotlib.pyplot as plt
from matplotlib.patches import Ellipse, Polygon

fig, axes = plt.subplots(2, 5, figsize=(8, 3.4), subplot_kw={"xticks": [], "yticks": []})
for ax, hatch in zip(axes.flat, ["/", "\\", "|", "-", "+", "x", "o", "O", ".", "*"], strict=True):
    ax.add_patch(plt.Rectangle((0.1, 0.1), 0.8, 0.8, fill=False, hatch=hatch * 2))
    ax.set_title(repr(hatch), fontsize=8)
axes[0, 0].add_patch(Ellipse((0.5, 0.5), 0.6, 0.3, angle=30, hatch="*", facecolor="yellow"))
axes[1, 4].add_patch(Polygon([[0.1, 0.1], [0.5, 0.9], [0.9, 0.1]], hatch="\\/...", facecolor="g", alpha=0.6))
plt.show()

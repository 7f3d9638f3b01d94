"""Arrows of many styles, in several coordinate systems."""

import matplotlib.pyplot as plt
import numpy as np

t = np.arange(0, 5, 0.01)
fig, ax = plt.subplots()
ax.plot(t, np.cos(2 * np.pi * t), lw=2)
ax.set_ylim(-2, 2)
ax.annotate("maximum", xy=(2, 1), xytext=(3, 1.5), arrowprops={"facecolor": "black", "shrink": 0.05})
curved = {"arrowstyle": "->", "connectionstyle": "arc3,rad=.3", "color": "r"}
ax.annotate("minimum", (1.5, -1), (0.1, 0.1), textcoords="axes fraction", arrowprops=curved, rotation=20)
angle = {"arrowstyle": "fancy", "connectionstyle": "angle3,angleA=0,angleB=-90", "fc": "0.6"}
ax.annotate("box", (4, 1), (-60, 40), textcoords="offset points", arrowprops=angle, bbox={"boxstyle": "round4"})
ax.annotate("corner", (1, 0), xycoords="figure fraction", ha="right", va="bottom", weight="bold")
ax.arrow(0.5, -1.5, 1, 0.3, head_width=0.1, color="g")
plt.show()

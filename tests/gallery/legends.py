"""Legends: outside, with titles and columns, several, with handles made by hand."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

x = np.linspace(0, 1)
fig, ax = plt.subplots(figsize=(8, 5))
lines = [ax.plot(x, x**n, label=f"$x^{n}$")[0] for n in range(1, 7)]
ax.add_artist(ax.legend(handles=lines[:2], loc="upper left", title="first"))
ax.legend(handles=lines[2:], loc="center left", bbox_to_anchor=(1.02, 0.5), fancybox=True, shadow=True)
own = [Line2D([], [], color="b", lw=4, label="Line"), Patch(facecolor="orange", edgecolor="r", label="Patch")]
fig.legend(handles=own, loc="lower center", ncols=2)
fig.subplots_adjust(right=0.8, bottom=0.2)
plt.show()

"""Nested grids, with axes that span several cells."""

import matplotlib.pyplot as plt
from matplotlib.gridspec import GridSpec, GridSpecFromSubplotSpec

fig = plt.figure(figsize=(7, 6))
outer = GridSpec(2, 2, figure=fig, wspace=0.3, width_ratios=[2, 1])
fig.add_subplot(outer[0, :]).plot([1, 4, 9])
inner = GridSpecFromSubplotSpec(3, 3, subplot_spec=outer[1, 0], hspace=0.0, wspace=0.0)
for cell in inner:
    ax = fig.add_subplot(cell)
    ax.set(xticks=[], yticks=[])
    ax.text(0.5, 0.5, str(cell.num1), ha="center", va="center")
fig.add_subplot(outer[1, 1], facecolor="mistyrose")
fig.align_labels()
plt.show()

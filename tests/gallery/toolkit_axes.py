"""Axes made by mpl_toolkits: a divided colour bar, anchored artists, a grid of images."""

import matplotlib.pyplot as plt
import numpy as np
from mpl_toolkits.axes_grid1 import ImageGrid, make_axes_locatable
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar

fig, ax = plt.subplots()
image = ax.imshow(np.arange(100).reshape(10, 10))
fig.colorbar(image, cax=make_axes_locatable(ax).append_axes("right", size="5%", pad=0.05))
ax.add_artist(AnchoredSizeBar(ax.transData, 3, "3 m", "lower right", color="w"))
other = plt.figure(figsize=(6, 6))
grid = ImageGrid(other, 111, nrows_ncols=(2, 2), axes_pad=0.1, cbar_mode="single")
for i, part in enumerate(grid):
    picture = part.imshow(np.sin(np.arange(64).reshape(8, 8) / (i + 1)))
grid.cbar_axes[0].colorbar(picture)
plt.show()

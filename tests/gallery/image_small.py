"""imshow with several interpolations, and the values written into it."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
grid = rng.random((4, 4))
fig, axes = plt.subplots(ncols=3, figsize=(9, 3.2), subplot_kw={"xticks": [], "yticks": []})
for ax, method in zip(axes, ["nearest", "bilinear", "lanczos"], strict=True):
    ax.imshow(grid, interpolation=method, cmap="viridis")
    ax.set_title(method)
for (row, column), value in np.ndenumerate(grid):
    axes[0].text(column, row, f"{value:.2f}", ha="center", va="center", color="w")
fig.tight_layout()
plt.show()

"""Hexagonal bins, linear and logarithmic."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x = rng.standard_normal(20_000)
y = 2.0 + 3.0 * x + 4.0 * rng.standard_normal(20_000)
fig, axes = plt.subplots(ncols=2, sharey=True, figsize=(9, 4))
for ax, bins in zip(axes, [None, "log"], strict=True):
    hexes = ax.hexbin(x, y, gridsize=40, bins=bins, cmap="inferno")
    ax.set(xlim=(-4, 4), ylim=(-15, 20), title=f"bins={bins}")
    fig.colorbar(hexes, ax=ax, label="counts")
plt.show()

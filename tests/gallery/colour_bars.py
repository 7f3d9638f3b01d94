"""Colour bars: logarithmic, in steps, extended, horizontal, and alone."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap, LogNorm, TwoSlopeNorm

z = np.outer(np.linspace(0.01, 1, 40), np.logspace(0, 3, 50))
fig, axes = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
fig.colorbar(axes[0, 0].imshow(z, norm=LogNorm()), ax=axes[0, 0])
steps = BoundaryNorm([0, 1, 10, 100, 500], 256, extend="max")
fig.colorbar(axes[0, 1].imshow(z, norm=steps, cmap="cividis"), ax=axes[0, 1], orientation="horizontal")
slope = TwoSlopeNorm(vmin=-3, vcenter=0, vmax=1)
fig.colorbar(
    axes[1, 0].pcolormesh(np.log10(z) - 1, norm=slope, cmap="RdBu"), ax=axes[1, 0], extend="both", ticks=[-3, 0, 1]
)
own = ListedColormap(["r", "g", "b"])
fig.colorbar(mpl.cm.ScalarMappable(cmap=own), cax=axes[1, 1], label="alone")
plt.show()

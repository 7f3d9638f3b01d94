"""Histograms: filled, stepped, cumulative, and in two dimensions."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
data = rng.normal(size=(1000, 3)) * [1, 2, 0.5]
fig, axes = plt.subplots(2, 2, figsize=(8, 7))
axes[0, 0].hist(data, bins=30, stacked=True, label=["a", "b", "c"])
axes[0, 0].legend()
axes[0, 1].hist(data[:, 0], bins=50, histtype="step", density=True, color="k")
axes[1, 0].hist(data[:, 1], bins=40, cumulative=True, orientation="horizontal", histtype="stepfilled", alpha=0.4)
counts, xedges, yedges, image = axes[1, 1].hist2d(data[:, 0], data[:, 1], bins=25, cmap="magma")
fig.colorbar(image, ax=axes[1, 1])
plt.show()

"""Unstructured grids: tricontourf, tripcolor and triplot."""

import matplotlib.pyplot as plt
import matplotlib.tri as tri
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.uniform(-2, 2, size=(2, 200))
z = x * np.exp(-(x**2) - y**2)
grid = tri.Triangulation(x, y)
fig, axes = plt.subplots(1, 3, figsize=(10, 3.5), sharey=True)
axes[0].tricontourf(grid, z, levels=14, cmap="RdBu_r")
axes[0].tricontour(grid, z, levels=14, linewidths=0.5, colors="k")
axes[1].tripcolor(grid, z, shading="gouraud")
axes[2].tripcolor(grid, z, edgecolors="w", linewidth=0.3)
axes[2].triplot(grid, "k.", ms=2)
plt.show()

"""pcolormesh: flat, with edges, gouraud, and with masked cells."""

import matplotlib.pyplot as plt
import numpy as np

x, y = np.meshgrid(np.linspace(-3, 3, 30), np.linspace(-3, 3, 25))
z = (1 - x / 2 + x**5 + y**3) * np.exp(-(x**2) - y**2)
fig, axes = plt.subplots(2, 2, layout="constrained")
axes[0, 0].pcolormesh(x, y, z, cmap="RdBu", vmin=-1, vmax=1, shading="nearest")
axes[0, 1].pcolormesh(x + y / 3, y, z[:-1, :-1], edgecolors="k", linewidth=0.2, shading="flat")
axes[1, 0].pcolormesh(x, y, z, shading="gouraud", rasterized=True)
mesh = axes[1, 1].pcolormesh(x, y, np.ma.masked_less(z, 0), shading="auto", cmap="viridis")
fig.colorbar(mesh, ax=axes, shrink=0.6)
plt.show()

"""Filled contours with lines, labels and a colour bar."""

import matplotlib.pyplot as plt
import numpy as np

x, y = np.meshgrid(np.linspace(-3, 3, 120), np.linspace(-2, 2, 100))
z = np.exp(-(x**2) - y**2) - np.exp(-((x - 1) ** 2) - (y - 1) ** 2)
fig, ax = plt.subplots()
filled = ax.contourf(x, y, z, 12, cmap="RdBu_r", extend="both")
lines = ax.contour(x, y, z, levels=[-0.5, -0.2, 0, 0.2, 0.5], colors="k", linewidths=0.8)
ax.clabel(lines, fontsize=8, inline=True)
bar = fig.colorbar(filled)
bar.add_lines(lines)
bar.set_label("verbosity")
plt.show()

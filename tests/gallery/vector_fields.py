"""Arrows, barbs and stream lines."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-3:3:15j, -3:3:15j]
u, v = -1 - x**2 + y, 1 + x - y**2
fig, axes = plt.subplots(2, 2, figsize=(8, 7))
arrows = axes[0, 0].quiver(x, y, u, v, np.hypot(u, v), cmap="cool", pivot="mid")
axes[0, 0].quiverkey(arrows, 0.9, 1.05, 10, "10 m/s", labelpos="E")
axes[0, 1].barbs(x[::2, ::2], y[::2, ::2], u[::2, ::2] * 5, v[::2, ::2] * 5, length=6)
axes[1, 0].streamplot(x, y, u, v, density=0.8, color=u, cmap="autumn", linewidth=1)
axes[1, 1].streamplot(x, y, u, v, density=(0.3, 0.6), linewidth=2, arrowsize=2)
plt.show()

"""Many kinds of plots in three dimensions."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig = plt.figure(figsize=(10, 7))
axes = [fig.add_subplot(2, 3, i + 1, projection="3d") for i in range(6)]
axes[0].scatter(*rng.normal(size=(3, 100)), c=np.arange(100), marker="^")
y, x = np.mgrid[-2:2:20j, -2:2:20j]
z = x * np.exp(-(x**2) - y**2)
axes[1].plot_wireframe(x, y, z, rstride=2, cstride=2, lw=0.5)
axes[2].bar3d([1, 2, 3], [1, 3, 2], 0, 0.5, 0.5, [2, 4, 3], color=["r", "g", "b"])
axes[3].contour(x, y, z, 15)
axes[3].contourf(x, y, z, zdir="z", offset=-0.5, alpha=0.5)
axes[4].plot_trisurf(*rng.uniform(-1, 1, size=(3, 30)), cmap="viridis")
t = np.linspace(0, 20, 200)
axes[5].plot(np.sin(t), np.cos(t), t, "k")
axes[5].view_init(elev=60, azim=-20, roll=10)
plt.show()

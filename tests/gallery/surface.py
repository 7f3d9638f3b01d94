"""A surface in three dimensions with a colour bar."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cm

fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
x, y = np.meshgrid(np.arange(-5, 5, 0.25), np.arange(-5, 5, 0.25))
z = np.sin(np.hypot(x, y))
surface = ax.plot_surface(x, y, z, cmap=cm.coolwarm, linewidth=0, antialiased=False)
ax.set_zlim(-1.01, 1.01)
ax.zaxis.set_major_formatter("{x:.02f}")
fig.colorbar(surface, shrink=0.5, aspect=5)
plt.show()

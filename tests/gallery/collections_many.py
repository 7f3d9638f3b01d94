"""Line, polygon and ellipse collections."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import EllipseCollection, LineCollection, PatchCollection, PolyCollection

rng = np.random.default_rng(0)
x = np.linspace(0, 3 * np.pi, 300)
points = np.array([x, np.sin(x)]).T.reshape(-1, 1, 2)
fig, axes = plt.subplots(2, 2, figsize=(8, 6))
lines = LineCollection(np.concatenate([points[:-1], points[1:]], axis=1), cmap="jet", array=np.cos(x[:-1]), lw=3)
fig.colorbar(axes[0, 0].add_collection(lines), ax=axes[0, 0])
axes[0, 1].add_collection(PolyCollection(rng.random((20, 5, 2)), facecolors=plt.cm.tab20(range(20)), alpha=0.5))
xy = rng.random((30, 2))
sizes = rng.random((3, 30)) * [[0.2], [0.1], [180]]
axes[1, 0].add_collection(EllipseCollection(*sizes, units="x", offsets=xy, offset_transform=axes[1, 0].transData))
axes[1, 1].add_collection(PatchCollection([plt.Circle(p, 0.05) for p in xy], array=xy[:, 0], alpha=0.4))
axes[0, 0].set(xlim=(0, 10), ylim=(-1.1, 1.1))
plt.show()

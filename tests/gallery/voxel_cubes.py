"""A few voxels, seen from elsewhere."""

import matplotlib.pyplot as plt
import numpy as np

x, y, z = np.indices((5, 5, 5))
cubes = ((x < 2) & (y < 2) & (z < 2)) | ((x >= 3) & (y >= 3) & (z >= 3))
colours = np.empty(cubes.shape, dtype=object)
colours[:] = "red"
colours[x >= 3] = "#1f77b480"
ax = plt.figure(figsize=(5, 5)).add_subplot(projection="3d", proj_type="ortho")
ax.voxels(cubes, facecolors=colours, edgecolor="k")
ax.view_init(30, 120)
ax.set_box_aspect((1, 1, 0.7))
plt.show()

"""An inset that shows a part of the picture larger."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-3:4:15j, -4:3:15j]
z = np.hypot(x, y) * np.cos(x)
fig, ax = plt.subplots(figsize=(5, 5))
ax.imshow(z, extent=(-3, 4, -4, 3), origin="lower")
inset = ax.inset_axes([0.5, 0.5, 0.47, 0.47], xlim=(-1.5, -0.9), ylim=(-2.5, -1.9), xticklabels=[], yticklabels=[])
inset.imshow(z, extent=(-3, 4, -4, 3), origin="lower")
ax.indicate_inset_zoom(inset, edgecolor="black")
fig.add_axes((0.15, 0.7, 0.15, 0.15)).plot([1, 3, 2])
plt.show()

"""Pictures in colours, with transparency, clipped by a circle."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle

y, x = np.mgrid[0:1:100j, 0:1:150j]
rgba = np.dstack([x, y, 1 - x, 0.5 + 0.5 * np.sin(20 * x)])
fig, (ax1, ax2) = plt.subplots(1, 2, facecolor="lightyellow")
ax1.imshow((rgba[..., :3] * 255).astype("uint8"))
picture = ax2.imshow(rgba, aspect="auto")
circle = Circle((75, 50), 45, transform=ax2.transData)
picture.set_clip_path(circle)
ax2.axis("off")
fig.figimage(np.tile(np.linspace(0, 1, 80), (20, 1)), xo=10, yo=10, cmap="gray")
plt.show()

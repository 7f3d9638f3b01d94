"""A picture that is much larger than the window."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-5, 5, 2000)
image = np.sin(x[:, None] ** 2 + x[None, :] ** 2)
image[::100] = 1
plt.figure(figsize=(7, 6))
plt.imshow(image, cmap="twilight", extent=(-5, 5, -5, 5), origin="lower")
plt.colorbar()
plt.show()

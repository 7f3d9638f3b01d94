"""An ArtistAnimation that runs once."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import ArtistAnimation

fig, ax = plt.subplots()
ax.axis("off")
x, y = np.meshgrid(np.linspace(0, 2 * np.pi, 120), np.linspace(0, 2 * np.pi, 100))
images = []
for i in range(5):
    image = ax.imshow(np.sin(x + i / 4) + np.cos(y + i / 3), animated=True)
    if i == 0:
        ax.imshow(np.sin(x) + np.cos(y))
    images.append([image])
animation = ArtistAnimation(fig, images, interval=10, blit=True, repeat=False)
plt.show()

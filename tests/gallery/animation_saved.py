"""An animation written to a GIF, of which the frames are shown."""

import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from PIL import Image, ImageSequence

fig, ax = plt.subplots(figsize=(4, 3))
dots = ax.scatter(np.zeros(5), np.arange(5), c=np.arange(5), s=80)
ax.set_xlim(-1, 10)
animation = FuncAnimation(fig, lambda i: dots.set_offsets(np.c_[np.arange(5) * i / 2, np.arange(5)]), frames=4)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "moving.gif")
    animation.save(path, writer=PillowWriter(fps=10))
    with Image.open(path) as gif:
        pictures = [np.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)]
plt.close(fig)
print(len(pictures), pictures[0].shape)
fig, axes = plt.subplots(2, 2)
for ax, picture in zip(axes.flat, pictures, strict=True):
    ax.imshow(picture)
plt.show()

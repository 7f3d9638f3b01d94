"""The Mandelbrot set, drawn while it is computed."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-1.2:1.2:300j, -2.1:0.7:350j]
c = x + 1j * y
z = np.zeros_like(c)
count = np.zeros(c.shape)
fig, ax = plt.subplots(figsize=(7, 6))
image = ax.imshow(count, vmin=0, vmax=40, cmap="hot", extent=(-2.1, 0.7, -1.2, 1.2))
for i in range(40):
    inside = np.abs(z) < 2
    z[inside] = z[inside] ** 2 + c[inside]
    count += inside
    if i % 8 == 0:
        image.set_data(count)
        plt.pause(0.001)
image.set_data(count)
plt.show()

"""canvas.draw() and flush_events() in a loop, as on many web pages."""

import matplotlib.pyplot as plt
import numpy as np

fig = plt.figure(figsize=(6, 5))
ax = fig.add_subplot(111)
image = ax.imshow(np.zeros((50, 50)), vmin=0, vmax=1)
y, x = np.mgrid[0:1:50j, 0:1:50j]
for i in range(15):
    image.set_data((np.sin(9 * x + i) * np.cos(7 * y - i) + 1) / 2)
    fig.canvas.draw()
    fig.canvas.flush_events()
ax.clear()
ax.imshow(x * y, cmap="gray")
plt.draw()
plt.show()

"""A figure smaller than its toolbar wants to be."""

import matplotlib.pyplot as plt

fig = plt.figure(figsize=(1.2, 0.9))
ax = fig.add_axes((0, 0, 1, 1))
ax.plot([1, 3, 2], lw=3)
ax.axis("off")
plt.show()

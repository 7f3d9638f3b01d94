"""A figure and axes without a background."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots(facecolor="none")
ax.set_facecolor((0.2, 0.8, 0.2, 0.4))
ax.fill([0, 1, 0.5], [0, 0, 1], color="red", alpha=0.5)
ax.plot([0, 1], [1, 0], lw=10, alpha=0.3)
plt.show()

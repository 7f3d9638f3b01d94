"""A hundred thousand points, as a line, as pixels, and rasterised."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
walk = rng.normal(size=100_000).cumsum()
fig, (ax1, ax2) = plt.subplots(2, 1)
ax1.plot(walk, lw=0.5)
ax2.plot(walk[:-1], np.diff(walk), ",", alpha=0.4, rasterized=True)
ax2.axline((0, 0), slope=0.02, color="r")
plt.show()

"""Points with sizes, colours, transparency and a colour bar."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(2, 300))
plt.scatter(x, y, c=x * y, s=200 * rng.random(300), alpha=0.5, cmap="plasma", edgecolors="k", linewidths=0.5)
plt.colorbar(label="$x \\cdot y$")
plt.xlabel("x")
plt.ylabel("y")
plt.show()

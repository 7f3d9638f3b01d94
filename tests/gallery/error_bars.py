"""Error bars: symmetric, asymmetric, limits, and a band."""

import matplotlib.pyplot as plt
import numpy as np

x = np.arange(0.1, 4, 0.5)
y = np.exp(-x)
fig, (top, bottom) = plt.subplots(2, 1, sharex=True)
top.errorbar(x, y, yerr=[0.1 * y, 0.4 * y], xerr=0.2, fmt="o", capsize=3, ecolor="gray")
top.errorbar(x, y + 1, yerr=0.2, uplims=True, lolims=[True, False] * 4, marker="s", ls=":")
bottom.plot(x, y, "k-")
bottom.fill_between(x, y - 0.1, y + 0.1, alpha=0.3, color="C1")
bottom.fill_between(x, y, 0.4, where=y > 0.4, interpolate=True, color="C2", hatch="xx")
bottom.fill_betweenx([0, 0.5, 1], [2, 2.5, 2], 3, color="C3", alpha=0.5)
plt.show()

"""A fit in double logarithmic axes."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x = np.logspace(0, 5, 60)
y = 3 * x**-1.5 * rng.lognormal(sigma=0.3, size=60)
slope, offset = np.polyfit(np.log(x), np.log(y), 1)
plt.loglog(x, y, "o", mfc="none", base=10)
plt.loglog(x, np.exp(offset) * x**slope, "k-", label=rf"$y \propto x^{{{slope:.2f}}}$")
plt.minorticks_on()
plt.legend(frameon=False)
plt.xlabel(r"$\mathrm{Re}_\tau$")
plt.show()

"""Empirical distribution functions."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig, ax = plt.subplots()
for scale in (1, 2, 3):
    ax.ecdf(rng.normal(200, 25 / scale, size=100), label=f"$\\sigma = {25 / scale:.1f}$", complementary=scale == 3)
ax.legend(title="ECDF")
ax.label_outer()
ax.set(xlabel="Annual rainfall (mm)", ylabel="Probability")
plt.show()

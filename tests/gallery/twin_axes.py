"""Two and three scales on one plot."""

import matplotlib.pyplot as plt
import numpy as np

t = np.arange(0.01, 10.0, 0.01)
fig, ax1 = plt.subplots(figsize=(8, 4))
ax1.plot(t, np.exp(t), color="tab:red")
ax1.set_ylabel("exp", color="tab:red")
ax1.tick_params(axis="y", labelcolor="tab:red")
ax2 = ax1.twinx()
ax2.plot(t, np.sin(2 * np.pi * t), color="tab:blue")
ax2.set_ylabel("sin", color="tab:blue")
ax3 = ax1.twinx()
ax3.spines.right.set_position(("axes", 1.15))
ax3.semilogy(t, t**2, color="tab:green")
ax4 = ax1.twiny()
ax4.set_xlim(0, 36)
fig.subplots_adjust(right=0.75)
plt.show()

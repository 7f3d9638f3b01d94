"""Logarithmic, symlog, logit and power scales."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0.001, 0.999, 500)
fig, axes = plt.subplots(2, 2, layout="constrained", figsize=(8, 6))
for ax, scale in zip(axes.flat, ["log", "symlog", "logit", "linear"], strict=True):
    y = x - 0.5 if scale == "symlog" else x
    ax.plot(x, y)
    ax.set_yscale(scale, **({"linthresh": 0.02} if scale == "symlog" else {}))
    ax.grid(True, which="both", alpha=0.4)
    ax.set_title(scale)
axes[1, 1].set_xscale("function", functions=(np.sqrt, np.square))
plt.show()

"""A mosaic of axes with a projection of its own for one."""

import matplotlib.pyplot as plt
import numpy as np

fig, axes = plt.subplot_mosaic(
    [["A", "right"], ["B", "right"], ["wide", "wide"]],
    per_subplot_kw={"B": {"projection": "polar"}},
    gridspec_kw={"width_ratios": [1, 2], "hspace": 0.5},
    figsize=(8, 7),
)
for name, ax in axes.items():
    ax.set_title(f"axes {name}", loc="left", fontstyle="oblique")
axes["B"].plot(np.linspace(0, 6, 50), np.linspace(0, 1, 50))
axes["wide"].plot(np.linspace(0, 1, 20) ** 2, "s-")
axes["right"].imshow([[1, 2], [3, 4]])
plt.show()

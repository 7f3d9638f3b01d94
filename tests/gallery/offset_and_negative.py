"""Offsets on the axes, minus signs, equal aspect, inverted axes, margins."""

import matplotlib.pyplot as plt
import numpy as np

fig, axes = plt.subplots(2, 2, figsize=(8, 6))
axes[0, 0].plot(np.arange(10) + 1e7, np.arange(10) * 1e-6)
axes[0, 1].plot([-3, 2, -1], [-1e6, 0, 1e6])
axes[0, 1].ticklabel_format(axis="y", style="sci", scilimits=(0, 0))
axes[1, 0].plot(np.cos(np.linspace(0, 7)), np.sin(np.linspace(0, 7)))
axes[1, 0].axis("equal")
axes[1, 0].invert_xaxis()
axes[1, 1].plot([1, 2, 3])
axes[1, 1].margins(x=0, y=0.5)
axes[1, 1].spines["left"].set_position("center")
axes[1, 1].spines["bottom"].set_position("zero")
plt.show()

"""Constrained layout in a figure of an odd size, set afterwards."""

import matplotlib.pyplot as plt

fig, axes = plt.subplots(2, 2, layout="constrained")
for i, ax in enumerate(axes.flat):
    ax.plot(range(i + 2))
    ax.set_ylabel(f"label {i}")
golden = (1 + 5**0.5) / 2
fig.set_size_inches(3.9 * golden, 3.9)
plt.show()

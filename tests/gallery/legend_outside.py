"""A legend outside the axes that constrained layout makes room for."""

import matplotlib.pyplot as plt

fig, axes = plt.subplots(1, 2, layout="constrained")
for i, ax in enumerate(axes):
    ax.plot([0, 1 + i, 2], label=f"series {i}", color=f"C{i}")
fig.legend(loc="outside upper right", ncols=2)
plt.show()

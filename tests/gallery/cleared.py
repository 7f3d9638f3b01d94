"""Axes and figures cleared, artists removed, a subplot deleted."""

import matplotlib.pyplot as plt

fig, axes = plt.subplots(2, 2)
for ax in axes.flat:
    lines = ax.plot([[1, 2], [2, 1], [0, 3]])
    ax.legend(lines, ["a", "b"])
axes[0, 0].cla()
axes[0, 1].lines[0].remove()
axes[1, 0].get_legend().remove()
fig.delaxes(axes[1, 1])
plt.figure(figsize=(4, 4))
plt.plot([1, 2])
plt.clf()
plt.polar([0, 1, 2], [1, 2, 3])
plt.show()

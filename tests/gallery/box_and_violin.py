"""Box plots and violins of the same data."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
data = [rng.normal(0, std, 100) for std in (6, 7, 8, 9)]
fig, (ax1, ax2) = plt.subplots(nrows=1, ncols=2, figsize=(9, 4), sharey=True)
boxes = ax1.boxplot(data, notch=True, patch_artist=True, showmeans=True)
for patch, colour in zip(boxes["boxes"], ["pink", "lightblue", "lightgreen", "tan"], strict=True):
    patch.set_facecolor(colour)
ax2.violinplot(data, showmeans=False, showmedians=True)
for ax in (ax1, ax2):
    ax.yaxis.grid(True)
    ax.set_xticks([1, 2, 3, 4], ["x1", "x2", "x3", "x4"])
plt.show()

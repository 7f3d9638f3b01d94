"""A stack plot with a wiggling base line, and one from zero."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x = np.arange(50)
layers = np.abs(rng.normal(size=(5, 50))).cumsum(axis=1) / 10 + 1
fig, axes = plt.subplots(2, 1, figsize=(7, 6))
axes[0].stackplot(x, layers, baseline="wiggle")
axes[1].stackplot(x, layers, labels=list("abcde"), alpha=0.8)
axes[1].legend(loc="upper left", ncols=5, fontsize="small")
plt.show()

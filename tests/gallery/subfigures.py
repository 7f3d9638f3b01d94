"""Subfigures with colours, titles and colour bars of their own."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig = plt.figure(layout="constrained", figsize=(10, 4))
left, right = fig.subfigures(1, 2, wspace=0.07, width_ratios=[1.5, 1])
axes = left.subplots(1, 2, sharey=True)
left.set_facecolor("0.85")
for ax in axes:
    image = ax.pcolormesh(rng.normal(size=(30, 30)), vmin=-2.5, vmax=2.5)
left.suptitle("left", fontsize="x-large")
left.colorbar(image, shrink=0.6, ax=axes, location="bottom")
for i, ax in enumerate(right.subplots(3, 1, sharex=True)):
    ax.plot(rng.normal(size=20), color=f"C{i}")
right.supylabel("right")
fig.suptitle("both")
plt.show()

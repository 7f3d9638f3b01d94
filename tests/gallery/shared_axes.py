"""Sixteen small plots that share their axes."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig, axes = plt.subplots(4, 4, sharex="col", sharey="row", figsize=(8, 8), gridspec_kw={"hspace": 0, "wspace": 0})
for (row, _), ax in np.ndenumerate(axes):
    ax.plot(rng.normal(size=50).cumsum() * (row + 1), lw=0.8)
    ax.locator_params(nbins=3)
    ax.label_outer()
fig.supxlabel("time")
fig.supylabel("place")
plt.show()

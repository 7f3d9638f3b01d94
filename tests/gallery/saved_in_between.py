"""Saved in several formats and resolutions between two plots."""

import io

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig, ax = plt.subplots(layout="constrained")
ax.scatter(*rng.random((2, 50)), label="points")
for kind, options in [("png", {"dpi": 250}), ("pdf", {}), ("svg", {"bbox_inches": "tight"}), ("png", {"dpi": 33})]:
    buffer = io.BytesIO()
    fig.savefig(buffer, format=kind, facecolor="yellow", **options)
    ax.plot([0, 1], [0, len(options)])
fig.savefig(buffer, bbox_inches="tight", pad_inches=1, transparent=True, dpi=200)
ax.legend()
plt.show()
plt.savefig(io.BytesIO(), dpi=180)

"""Figures made in the contexts of several styles."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
for style in ("ggplot", "dark_background", "fivethirtyeight"):
    with plt.style.context(style):
        fig, ax = plt.subplots(figsize=(5, 3.5))
        ax.plot(rng.normal(size=(40, 3)).cumsum(axis=0), label=["a", "b", "c"])
        ax.legend()
        ax.set_title(style)
plt.figure(figsize=(4, 3))
plt.plot([1, 2])
plt.show()

"""Sizes that are whole in inches but not in pixels, and the other way round."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 1, 30)
for size, dpi in [((5.3, 3.33), 72), ((4.7, 3.7), 130), ((16.0 / 2.54, 9.0 / 2.54), 100)]:
    fig, ax = plt.subplots(figsize=size, dpi=dpi)
    ax.plot(x, np.cos(9 * x))
    ax.imshow([[1, 2], [3, 4]], extent=(0.2, 0.6, -0.5, 0.5), aspect="auto")
    ax.set_xlim(0, 1)
    ax.set_title(f"{size[0]:.2f} x {size[1]:.2f} at {dpi}")
plt.show()

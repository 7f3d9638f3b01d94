"""Secondary axes in other units."""

import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots(layout="constrained")
x = np.arange(0, 360, 1)
ax.plot(x, np.sin(2 * x * np.pi / 180))
ax.set_xlabel("angle [degrees]")
ax.set_title("Sine wave")
top = ax.secondary_xaxis("top", functions=(np.deg2rad, np.rad2deg))
top.set_xlabel("angle [rad]")
right = ax.secondary_yaxis(1.0, functions=(lambda y: y * 1.8 + 32, lambda f: (f - 32) / 1.8))
right.set_ylabel(r"$T\ [^\circ F]$")
plt.show()

"""Settings changed for the whole script."""

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

plt.rcParams["figure.figsize"] = (6, 4)
plt.rcParams["figure.dpi"] = 90
plt.rcParams["font.family"] = "serif"
plt.rcParams["axes.prop_cycle"] = cycler(color=["c", "m", "y", "k"]) * cycler(ls=["-", "--"])
plt.rc("axes", facecolor="#eeeeee", edgecolor="none", axisbelow=True)
plt.rc("xtick", direction="in", top=True)
plt.rcParams.update({"grid.color": "white", "lines.linewidth": 2.5, "savefig.dpi": 40})
x = np.linspace(0, 6)
for i in range(6):
    plt.plot(x, np.sin(x + i / 2))
plt.grid()
plt.show()

"""Locators and formatters of many kinds."""

import matplotlib.pyplot as plt
import matplotlib.ticker as ticker
import numpy as np

fig, axes = plt.subplots(6, 1, figsize=(8, 6))
formats = ["%1.2f km", ticker.PercentFormatter(xmax=5), ticker.EngFormatter(unit="Hz"), "{x:+.1e}"]
formats += [lambda value, position: f"<{value:g}>", ticker.FuncFormatter(lambda value, position: f"#{position}")]
for ax, form in zip(axes, formats, strict=True):
    ax.set(xlim=(0, 5), yticks=[])
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.xaxis.set_major_formatter(form)
axes[1].xaxis.set_major_locator(ticker.MultipleLocator(0.5))
axes[1].xaxis.set_minor_locator(ticker.AutoMinorLocator(5))
axes[2].xaxis.set_major_locator(ticker.FixedLocator([0, 1.234, 5]))
axes[3].set_xlim(0, 1e8 * np.pi)
fig.subplots_adjust(hspace=1)
plt.show()

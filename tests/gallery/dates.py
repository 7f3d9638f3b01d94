"""A date axis with its own formatter, and rotated labels."""

import datetime

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
days = [datetime.date(2021, 1, 1) + datetime.timedelta(days=i) for i in range(400)]
fig, (ax1, ax2) = plt.subplots(2, 1, figsize=(8, 6))
ax1.plot(days, rng.normal(size=400).cumsum())
ax1.xaxis.set_major_locator(mdates.MonthLocator(interval=2))
ax1.xaxis.set_minor_locator(mdates.MonthLocator())
ax1.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
ax1.tick_params(axis="x", rotation=30)
hours = np.datetime64("2022-03-01T00") + np.arange(100).astype("timedelta64[h]")
ax2.plot(hours, np.sin(np.arange(100) / 4))
ax2.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax2.xaxis.get_major_locator()))
ax2.axvline(np.datetime64("2022-03-03"), color="r")
fig.tight_layout()
plt.show()

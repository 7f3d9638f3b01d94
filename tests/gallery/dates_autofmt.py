"""autofmt_xdate() and a shared date axis."""

import datetime

import matplotlib.pyplot as plt

start = datetime.datetime(2023, 10, 1)
times = [start + datetime.timedelta(hours=6 * i) for i in range(60)]
fig, axes = plt.subplots(2, 1, sharex=True)
axes[0].plot(times, range(60), ".-")
axes[1].bar(times, [i % 7 for i in range(60)], width=0.2)
fig.autofmt_xdate()
fig.suptitle("October")
plt.show()

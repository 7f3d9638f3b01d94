"""A script that switches interactive mode on and leaves it so."""

import matplotlib.pyplot as plt

plt.ion()
fig, ax = plt.subplots(1, 2)
ax[0].plot([5, 2, 4])
ax[1].bar([1, 2], [3, 4])
plt.show()
ax[1].set_xlabel("set after show()")

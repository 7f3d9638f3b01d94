"""The size set when the window is on the screen already."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([1, 2, 0])
plt.show(block=False)
plt.pause(0.01)
fig.set_size_inches(4, 4)
plt.pause(0.01)
fig.set_size_inches(9, 2.5)
ax.set_title("wide now")
plt.show()

"""Plots that change when show() has come back."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots()
(line,) = ax.plot([1, 2, 3])
plt.show(block=False)
line.set_color("red")
ax.set_title("after show()")
fig.add_axes((0.6, 0.2, 0.2, 0.2)).hist([1, 1, 2])
fig.patch.set_facecolor("lavender")
plt.show(block=False)

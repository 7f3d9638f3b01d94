"""An animation that stops itself in the middle."""

import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots()
bars = ax.bar(["a", "b", "c"], [0, 0, 0])
ax.set_ylim(0, 30)


def update(frame):
    for i, bar in enumerate(bars):
        bar.set_height(frame * (i + 1))
    if frame == 7:
        animation.pause()


animation = FuncAnimation(fig, update, frames=20, interval=5)
plt.show()

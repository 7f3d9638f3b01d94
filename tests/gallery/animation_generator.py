"""Frames from a generator, in two axes, with the text blitted too."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation


class Decay:
    def __init__(self, ax):
        (self.line,) = ax.plot([], [], lw=2)
        self.label = ax.text(0.7, 0.9, "", transform=ax.transAxes)
        self.t, self.y = [], []

    def frames(self):
        for i in range(12):
            yield i / 4, np.exp(-i / 8)

    def __call__(self, frame):
        self.t.append(frame[0])
        self.y.append(frame[1])
        self.line.set_data(self.t, self.y)
        self.label.set_text(f"t = {frame[0]:.2f}")
        return self.line, self.label


fig, (ax1, ax2) = plt.subplots(1, 2)
ax1.set(xlim=(-0.5, 3.5), ylim=(0, 1.1))
decay = Decay(ax1)
animation = FuncAnimation(
    fig, decay, decay.frames, init_func=lambda: (), interval=5, blit=True, repeat=False, save_count=12
)
plt.show()

"""A slider that is moved by the script, and the plot that follows."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.widgets import Button, Slider

t = np.linspace(0, 1, 500)
fig, ax = plt.subplots()
(line,) = ax.plot(t, 5 * np.sin(2 * np.pi * 3 * t), lw=2)
fig.subplots_adjust(left=0.25, bottom=0.25)
frequency = Slider(fig.add_axes((0.25, 0.1, 0.65, 0.03)), "Frequency [Hz]", 0.1, 30, valinit=3)
amplitude = Slider(fig.add_axes((0.1, 0.25, 0.03, 0.63)), "Amplitude", 0, 10, valinit=5, orientation="vertical")


def update(value):
    line.set_ydata(amplitude.val * np.sin(2 * np.pi * frequency.val * t))
    fig.canvas.draw_idle()


frequency.on_changed(update)
amplitude.on_changed(update)
button = Button(fig.add_axes((0.8, 0.025, 0.1, 0.04)), "Reset", hovercolor="0.975")
frequency.set_val(7.5)
amplitude.set_val(3)
plt.show()

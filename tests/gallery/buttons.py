"""Buttons, check boxes and radio buttons, pressed by the script."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import MouseEvent
from matplotlib.widgets import Button, CheckButtons, RadioButtons

t = np.arange(0, 2, 0.01)
fig, ax = plt.subplots()
fig.subplots_adjust(left=0.35, bottom=0.2)
lines = {f"{n} Hz": ax.plot(t, np.sin(2 * np.pi * n * t), label=f"{n} Hz")[0] for n in (1, 2, 3)}
check = CheckButtons(fig.add_axes((0.02, 0.6, 0.22, 0.25)), list(lines), [True, True, True])
check.on_clicked(lambda name: lines[name].set_visible(not lines[name].get_visible()))
radio = RadioButtons(fig.add_axes((0.02, 0.3, 0.22, 0.25)), ("red", "blue", "green"))
radio.on_clicked(lambda name: lines["1 Hz"].set_color(name))
button = Button(fig.add_axes((0.7, 0.05, 0.2, 0.07)), "Next", color="khaki")
button.on_clicked(lambda event: ax.set_title(f"pressed at {event.x}, {event.y}"))
check.set_active(1)
radio.set_active(2)
for name in ("button_press_event", "button_release_event"):
    MouseEvent(name, fig.canvas, 500, 40, 1)._process()
plt.show()

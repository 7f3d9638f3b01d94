"""Callbacks for mouse and keys, with events made by the script."""

import matplotlib.pyplot as plt
from matplotlib.backend_bases import KeyEvent, MouseEvent

fig, ax = plt.subplots()
ax.set(xlim=(0, 10), ylim=(0, 10))
xs, ys = [], []
(line,) = ax.plot(xs, ys, "o-")


def on_click(event):
    if event.inaxes is ax and event.button == 1:
        xs.append(event.xdata)
        ys.append(event.ydata)
        line.set_data(xs, ys)
        fig.canvas.draw_idle()


fig.canvas.mpl_connect("button_press_event", on_click)
fig.canvas.mpl_connect("key_press_event", lambda event: ax.set_title(f"key {event.key!r}"))
for x, y in [(150, 120), (300, 350), (420, 200), (5, 5)]:
    MouseEvent("button_press_event", fig.canvas, x, y, 1)._process()
fig.canvas.callbacks.process("key_press_event", KeyEvent("key_press_event", fig.canvas, "x", 200, 200))
print([round(float(x), 2) for x in xs])
plt.show()

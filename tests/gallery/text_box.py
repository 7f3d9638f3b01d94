"""A text box, a cursor and a range slider."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import MouseEvent
from matplotlib.widgets import Cursor, RangeSlider, TextBox

rng = np.random.default_rng(0)
image = rng.normal(size=(40, 40))
fig, (ax, hist) = plt.subplots(1, 2, figsize=(9, 4))
fig.subplots_adjust(bottom=0.3)
picture = ax.imshow(image)
hist.hist(image.ravel(), bins=40)
box = TextBox(fig.add_axes((0.2, 0.05, 0.25, 0.07)), "Title", initial="nothing", textalignment="center")
box.on_submit(ax.set_title)
box.set_val("image")
box.stop_typing()
levels = RangeSlider(fig.add_axes((0.6, 0.1, 0.3, 0.03)), "Threshold", -3, 3)
levels.on_changed(lambda values: picture.set_clim(*values))
levels.set_val((-1, 1.5))
cursor = Cursor(hist, useblit=False, color="red", linewidth=1)
fig.canvas.draw()
MouseEvent("motion_notify_event", fig.canvas, *hist.transAxes.transform((0.4, 0.6)))._process()
plt.show()

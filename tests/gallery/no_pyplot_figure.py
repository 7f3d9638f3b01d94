"""Drawn without pyplot; its pixels are shown with it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

fig = Figure(figsize=(4, 3), dpi=80, layout="constrained")
canvas = FigureCanvasAgg(fig)
ax = fig.subplots()
ax.plot([1, 2, 4, 8], "rs--")
ax.set_title("no window of its own")
canvas.draw()
pixels = np.asarray(canvas.buffer_rgba())
print(pixels.shape)
plt.figimage(pixels, xo=50, yo=50)
plt.show()

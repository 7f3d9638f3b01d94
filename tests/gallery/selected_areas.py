"""A rectangle and a span, selected by the script."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.widgets import RectangleSelector, SpanSelector

x = np.linspace(0, 10, 300)
fig, (ax1, ax2) = plt.subplots(2, 1)
ax1.plot(x, np.sin(x))
ax2.plot(x, np.cos(x) * x)
rectangle = RectangleSelector(
    ax1, lambda press, release: None, useblit=False, interactive=True, props={"fc": "r", "alpha": 0.3}
)
rectangle.extents = (2, 5, -0.5, 0.8)
span = SpanSelector(ax2, lambda low, high: None, "horizontal", useblit=False, interactive=True)
span.extents = (3, 6.5)
ax1.set_title(str([float(value) for value in rectangle.extents]))
plt.show()

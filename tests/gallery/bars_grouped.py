"""Grouped and stacked bars in two axes."""

import matplotlib.pyplot as plt
import numpy as np

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
names = ["north", "south", "east", "west"]
a, b = [3, 5, 2, 7], [4, 1, 6, 2]
x = np.arange(len(names))
left.bar(x - 0.2, a, 0.4, label="a")
bars = left.bar(x + 0.2, b, 0.4, label="b", yerr=[0.3, 0.2, 0.5, 0.1], capsize=4)
left.bar_label(bars, fmt="%d")
left.set_xticks(x, names, rotation=45)
right.bar(names, a, label="a", hatch="//", edgecolor="white")
right.bar(names, b, bottom=a, label="b", hatch="..", edgecolor="black")
right.legend(loc="upper left")
left.legend()
plt.tight_layout()
plt.show()

"""Stacked bars with a table in place of the axis."""

import matplotlib.pyplot as plt
import numpy as np

data = np.array([[66, 174, 75, 31], [58, 381, 139, 60], [89, 80, 158, 210]])
columns = ("Freeze", "Wind", "Flood", "Quake")
fig, ax = plt.subplots()
bottom = np.zeros(4)
for row in data:
    ax.bar(np.arange(4) + 0.5, row, 0.4, bottom=bottom)
    bottom += row
ax.set_xlim(0, 4)
ax.set_xticks([])
table = ax.table(cellText=data, rowLabels=["100", "50", "20"], colLabels=columns, loc="bottom")
table.scale(1, 1.4)
plt.subplots_adjust(left=0.2, bottom=0.25)
plt.show()

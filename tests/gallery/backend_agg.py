"""A script that asks for no windows."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(5.25, 3.75))
ax.plot([2, 1, 3])
fig.canvas.draw()
print(matplotlib.get_backend().lower(), fig.canvas.buffer_rgba().shape)
plt.show()

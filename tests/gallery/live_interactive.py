"""Interactive mode: ion(), drawing as it goes, and ioff() at the end."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
plt.ion()
print(plt.isinteractive())
plt.plot([1, 2, 3])
plt.ylabel("some numbers")
ax = plt.gca()
for _ in range(5):
    ax.plot(rng.random(3) * 3)
    plt.draw()
    plt.gcf().canvas.flush_events()
plt.ioff()
plt.title("at the end")
print(plt.isinteractive())
plt.show()

"""Five figures, one of them closed again."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 1)
for i in range(1, 6):
    plt.figure(i, figsize=(4, 3))
    plt.plot(x, x**i, color=f"C{i}")
    plt.title(f"power {i}")
plt.close(3)
plt.figure(2)
plt.plot(x, 1 - x, "k--")
print(plt.get_fignums())
plt.show()

"""A figure whose size is no whole number of pixels."""

import matplotlib.pyplot as plt
import numpy as np

plt.figure(figsize=(5.337, 3.338), dpi=100)
plt.plot(np.linspace(0, 1, 50) ** 2, "k.-")
plt.title("533.7 x 333.8")
plt.grid()
plt.show()

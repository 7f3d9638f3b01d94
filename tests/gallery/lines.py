"""Several lines with markers and styles."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 10, 200)
plt.plot(x, np.sin(x), "b-", label="sine")
plt.plot(x, np.cos(x), "r--", lw=2, label="cosine")
plt.plot(x[::10], np.sin(x[::10]) * 0.5, "g^:", ms=8, mfc="white", label="half")
plt.axhline(0, color="k", lw=0.5)
plt.axvspan(3, 4, alpha=0.2, color="orange")
plt.grid(True)
plt.legend()
plt.title("Lines")
plt.show()

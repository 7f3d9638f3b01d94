"""A script that asks for Qt."""

import matplotlib

matplotlib.use("QtAgg")
import matplotlib.pyplot as plt
import numpy as np

plt.plot(np.tan(np.linspace(-1.4, 1.4)))
plt.ylim(-4, 4)
plt.show()

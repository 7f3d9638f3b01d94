"""matshow and spy, which open their own figures."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
plt.matshow(np.diag(range(15)) + rng.random((15, 15)))
plt.title("matshow")
sparse = np.where(rng.random((40, 40)) > 0.9, 1, 0)
fig, (ax1, ax2) = plt.subplots(1, 2)
ax1.spy(sparse)
ax2.spy(sparse, markersize=3, color="r")
plt.show()

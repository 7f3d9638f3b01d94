"""A figure that went through pickle."""

import pickle

import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots(1, 2, figsize=(7, 3))
ax[0].plot(np.arange(10) ** 2, "g>-")
ax[1].imshow(np.arange(12).reshape(3, 4))
ax[1].set_title("pickled")
data = pickle.dumps(fig)
plt.close(fig)
copy = pickle.loads(data)
copy.axes[0].set_xlabel("and changed")
print(plt.get_fignums())
plt.show()

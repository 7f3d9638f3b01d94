"""What savefig() wrote is read again and shown beside the original."""

import io

import matplotlib.pyplot as plt
import numpy as np

plt.figure(figsize=(4, 3))
plt.plot(np.random.default_rng(0).normal(size=100).cumsum())
plt.xlabel("saved")
buffer = io.BytesIO()
plt.savefig(buffer, dpi=120, bbox_inches="tight")
buffer.seek(0)
picture = plt.imread(buffer)
print(picture.shape)
plt.figure(figsize=(6, 5))
plt.imshow(picture)
plt.axis("off")
plt.show()

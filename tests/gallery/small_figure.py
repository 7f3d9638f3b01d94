"""A window that is hardly larger than its toolbar."""

import matplotlib.pyplot as plt

plt.figure(figsize=(3, 2))
plt.plot([1, 2, 0])
plt.tight_layout()
plt.show()

"""A figure without a toolbar."""

import matplotlib.pyplot as plt

with plt.rc_context({"toolbar": "None", "figure.figsize": (5, 4)}):
    fig, ax = plt.subplots()
ax.plot([3, 1, 2], marker="o")
plt.show()

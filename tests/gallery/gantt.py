"""Broken bars: a schedule."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(8, 3))
ax.broken_barh([(110, 30), (150, 10)], (10, 9), facecolors="tab:blue")
ax.broken_barh([(10, 50), (100, 20), (130, 10)], (20, 9), facecolors=("tab:orange", "tab:green", "tab:red"))
ax.set(ylim=(5, 35), xlim=(0, 200), xlabel="seconds since start")
ax.set_yticks([15, 25], labels=["Bill", "Jim"])
ax.annotate("race interrupted", (61, 25), (0.8, 0.9), textcoords="axes fraction", arrowprops={"facecolor": "black"})
ax.grid(True, axis="x", linestyle="--")
plt.show()

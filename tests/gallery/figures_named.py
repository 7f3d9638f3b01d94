"""Figures with numbers and names, gone back to by name."""

import matplotlib.pyplot as plt

plt.figure("first", facecolor="linen")
plt.plot([1, 2, 3])
plt.figure(10, figsize=(4, 4), edgecolor="red", linewidth=10)
plt.pie([1, 2, 3])
plt.figure("second", clear=True)
plt.bar([1, 2], [2, 1])
plt.figure("first")
plt.plot([3, 2, 1], "r")
plt.figure(10)
plt.suptitle("ten")
print(plt.get_figlabels(), plt.get_fignums(), plt.fignum_exists("second"))
plt.gcf().canvas.manager.set_window_title("a title")
plt.show()

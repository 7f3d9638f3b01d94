"""show() within the context of a style and of rc parameters."""

import matplotlib.pyplot as plt

with plt.style.context("bmh"), plt.rc_context({"lines.linewidth": 5, "font.size": 14, "axes.grid": True}):
    plt.plot([3, 1, 2])
    plt.xlabel("inside")
    plt.show()
plt.figure()
plt.plot([3, 1, 2])
plt.xlabel("outside")
plt.show()

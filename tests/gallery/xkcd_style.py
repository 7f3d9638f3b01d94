"""Lines as drawn by hand."""

import matplotlib.pyplot as plt
import numpy as np

with plt.xkcd():
    plt.rcParams["font.family"] = "DejaVu Sans"
    fig, ax = plt.subplots()
    ax.plot(np.arange(100), np.where(np.arange(100) < 70, 1.0, np.arange(170, 70, -1) / 100))
    ax.spines[["top", "right"]].set_visible(False)
    ax.annotate("here it goes down", xy=(70, 1), arrowprops={"arrowstyle": "->"}, xytext=(15, 0.8))
    ax.set_xlabel("time")
    plt.show()

"""A program with functions, and main() behind its guard."""

import sys

import matplotlib.pyplot as plt
import numpy as np


def simulate(steps, seed=0):
    rng = np.random.default_rng(seed)
    return rng.choice([-1, 1], size=(steps, 2)).cumsum(axis=0)


def draw(ax, walk):
    ax.plot(*walk.T, lw=0.7)
    ax.plot(*walk[-1], "ro")
    ax.set_aspect("equal", adjustable="datalim")


def main():
    fig, axes = plt.subplots(1, 3, figsize=(10, 4))
    for seed, ax in enumerate(axes):
        draw(ax, simulate(2000, seed))
    fig.tight_layout()
    plt.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Threads compute, the main program plots."""

import threading
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
import numpy as np

results = {}


def compute(seed):
    results[seed] = np.random.default_rng(seed).normal(size=20_000).cumsum()


threads = [threading.Thread(target=compute, args=(seed,)) for seed in range(4)]
for thread in threads:
    thread.start()
fig, ax = plt.subplots()
for thread in threads:
    thread.join()
for seed in sorted(results):
    ax.plot(results[seed], lw=0.5)
with ThreadPoolExecutor(2) as pool:
    ax.set_title(f"{sum(pool.map(lambda seed: results[seed].max(), range(4))):.3f}")
plt.show()

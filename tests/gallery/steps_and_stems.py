"""Steps, stairs, stems and events."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x = np.arange(14)
fig, axes = plt.subplot_mosaic("AB;CC", figsize=(8, 6))
axes["A"].step(x, np.sin(x / 2) + 2, label="pre")
axes["A"].step(x, np.sin(x / 2) + 1, where="mid", label="mid")
axes["A"].stairs(np.cos(x[:-1]) / 2, x, fill=True, color="lightgray", label="stairs")
axes["A"].legend()
axes["B"].stem(x, np.sin(x / 2), linefmt="grey", markerfmt="D", bottom=0.2)
axes["C"].eventplot(rng.gamma(4, size=(5, 40)), colors=[f"C{i}" for i in range(5)], linelengths=0.8)
plt.show()

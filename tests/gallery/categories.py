"""Strings on both axes."""

import matplotlib.pyplot as plt

cat = ["bored", "happy", "bored", "bored", "happy", "bored"]
dog = ["happy", "happy", "happy", "happy", "bored", "bored"]
activity = ["combing", "drinking", "feeding", "napping", "playing", "washing"]
fig, ax = plt.subplots()
ax.plot(activity, dog, label="dog")
ax.plot(activity, cat, label="cat")
ax.scatter("napping", "happy", s=200, marker="*", color="gold", zorder=3)
ax.legend()
plt.setp(ax.get_xticklabels(), rotation=40, ha="right", rotation_mode="anchor")
plt.show()

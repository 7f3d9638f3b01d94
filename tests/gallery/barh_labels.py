"""Horizontal bars, the longest first."""

import matplotlib.pyplot as plt

languages = {"Python": 29.7, "Java": 18.1, "C#": 8.0, "JavaScript": 7.9, "C/C++": 7.1, "R": 4.0}
fig, ax = plt.subplots(figsize=(6.4, 3))
bars = ax.barh(list(languages), list(languages.values()), color="#4878d0")
ax.bar_label(bars, fmt="%.1f %%", padding=3)
ax.invert_yaxis()
ax.set_xlim(right=36)
ax.spines[["top", "right"]].set_visible(False)
fig.subplots_adjust(left=0.2)
plt.show()

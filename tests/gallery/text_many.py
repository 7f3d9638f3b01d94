"""Text over several lines, turned, wrapped, aligned, in boxes and fonts."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(7, 6))
ax.set(xlim=(0, 10), ylim=(0, 10))
ax.text(1, 9, "three lines\nof text, the last\none is shorter", va="top", linespacing=1.6, multialignment="center")
ax.text(6, 8, "boxed italics", style="italic", bbox={"facecolor": "red", "alpha": 0.5, "pad": 10})
for i, rotation in enumerate([0, 30, 45, 90, 135]):
    ax.text(1 + 2 * i, 4, f"{rotation}°", rotation=rotation, ha="center", va="center", fontsize=14)
ax.text(5, 6, "A very long sentence that does not fit in one line and so it is wrapped", wrap=True, fontsize=16)
ax.text(1, 2, "monospace 0123", family="monospace", size="large")
ax.text(5, 2, "serif ÄÖÜ äöü ñ €", family="serif", weight="bold")
ax.text(0.5, 0.05, "axes coordinates", transform=ax.transAxes, color="green")
ax.set_title("two lines\nin the title", loc="right")
ax.set_ylabel("vertical\nlabel", rotation=0, labelpad=30)
fig.subplots_adjust(left=0.2)
plt.show()

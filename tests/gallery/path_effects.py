"""Strokes and shadows around text and lines."""

import matplotlib.patheffects as pe
import matplotlib.pyplot as plt
import numpy as np

fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(8, 4))
ax1.imshow([[1, 2], [2, 3]])
text = ax1.annotate("test", (1.0, 1.0), (0.0, 0.0), arrowprops={"arrowstyle": "->", "lw": 3}, size=20, ha="center")
text.set_path_effects([pe.withStroke(linewidth=3, foreground="w")])
text.arrow_patch.set_path_effects([pe.Stroke(linewidth=5, foreground="w"), pe.Normal()])
effects = [pe.SimpleLineShadow(shadow_color="blue"), pe.Normal()]
ax2.plot(np.sin(np.linspace(0, 6)), lw=4, color="gold", path_effects=effects)
ax2.plot([0, 50], [-1, 1], path_effects=[pe.withTickedStroke(spacing=7, angle=135)])
plt.show()

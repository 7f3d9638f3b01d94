"""A class that blits, after the one in matplotlib's tutorial."""

import matplotlib.pyplot as plt
import numpy as np


class Blitter:
    def __init__(self, canvas, artists):
        self.canvas = canvas
        self.artists = artists
        for artist in artists:
            artist.set_animated(True)
        canvas.mpl_connect("draw_event", self.on_draw)

    def on_draw(self, event):
        self.background = self.canvas.copy_from_bbox(self.canvas.figure.bbox)
        for artist in self.artists:
            self.canvas.figure.draw_artist(artist)

    def update(self):
        self.canvas.restore_region(self.background)
        for artist in self.artists:
            self.canvas.figure.draw_artist(artist)
        self.canvas.blit(self.canvas.figure.bbox)


fig, ax = plt.subplots()
(line,) = ax.plot(np.sin(np.linspace(0, 6)))
note = ax.annotate("0", (0, 1), xycoords="axes fraction", xytext=(10, -10), textcoords="offset points", va="top")
blitter = Blitter(fig.canvas, [line, note])
plt.pause(0.001)
for j in range(20):
    line.set_ydata(np.sin(np.linspace(0, 6) + j / 5))
    note.set_text(f"frame: {j}")
    blitter.update()
plt.show()

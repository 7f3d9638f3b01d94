"""No torn frame: what the GUI thread draws in the middle of a command is never half of a change."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.kept import few
from tests.terminal import LIMIT, GShell, wait_until
from tests.xserver import XServer

SCENES = '''\
"""Scenes: artists, each with an invariant that every call of put() keeps, and what counts the frames that break it."""

import io
import itertools
import os
import threading
import time

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

SIZES = 1500  # beyond 1000 points a line draws a slice of itself


class Artists:
    """Four axes; put() changes each artist in one call into matplotlib."""

    def __init__(self, figure):
        self.figure = figure
        lines, points, images, texts = figure.subplots(2, 2).flat
        lines.set(xlim=(0, SIZES), ylim=(0, SIZES))
        points.set(xlim=(0, SIZES), ylim=(0, SIZES))
        (self.line,) = lines.plot([], [])
        self.points = points.scatter([0], [0], c=[0])
        self.image = images.imshow([[0]], extent=(0, 1, 0, 1))
        self.axes = texts
        self.text = texts.text(0.5, 0.5, "", transform=texts.transAxes)
        self.put(0)

    def put(self, number):
        n = number * 37 % SIZES + 1
        few = n % 50 + 1
        self.line.set_data(np.arange(n), np.full(n, n))
        self.points.set(offsets=np.full((few, 2), n), array=np.full(few, n), sizes=np.full(few, 20), clim=(0, SIZES))
        self.image.set(data=np.full((few, few), n), clim=(0, n))
        self.text.set(text=f"{n}", position=(n / SIZES, 0.5))
        self.axes.set(xlim=(0, n), title=f"{n}")
        self.axes.set_ylim(0, n)

    def torn(self):
        """The names of the artists that are half changed."""
        x, y = self.line.get_data()
        offsets, values = np.asarray(self.points.get_offsets()), np.asarray(self.points.get_array())
        pixels = np.asarray(self.image.get_array())
        kept = {
            "line": len(x) == len(y) and (np.asarray(y) == len(y)).all(),
            "points": len(offsets) == len(values) and (offsets == values[:, None]).all(),
            "image": pixels.shape[0] == pixels.shape[1] and (pixels == self.image.get_clim()[1]).all(),
            "text": self.text.get_position()[0] == int(self.text.get_text() or 0) / SIZES,
            "limits": self.axes.get_title() == f"{self.axes.get_xlim()[1]:.0f}",
        }
        return [name for name, good in kept.items() if not good]


class Saved(Artists):
    """The same, and the worker saves the figure with another resolution all the time."""

    def put(self, number):
        super().put(number)
        self.figure.savefig(io.BytesIO(), dpi=40)

    def torn(self):
        return super().torn() + ["resolution"] * (self.figure.dpi == 40)


class ClearedAxes:
    """Axes that are cleared and plotted anew: two lines, or none."""

    def __init__(self, figure):
        self.axes = figure.subplots()
        self.put(0)

    def put(self, number):
        n = number * 37 % SIZES + 1
        self.axes.cla()
        self.axes.plot(np.arange(n), np.full(n, n), np.arange(n), np.full(n, n + 1))
        self.axes.set(xlim=(0, n), ylim=(0, n + 2))

    def torn(self):
        lines = self.axes.get_lines()
        lengths = {len(data) for line in lines for data in line.get_data()}
        return ["lines"] * (len(lines) not in (0, 2) or len(lengths) > 1)


class ClearedFigure:
    """A figure that is cleared and gets new axes: four, or none."""

    def __init__(self, figure):
        self.figure = figure
        self.put(0)

    def put(self, number):
        self.figure.clear()
        for axes in self.figure.subplots(2, 2).flat:
            axes.plot([0, 1], [0, number])
            axes.set(xlim=(0, 1), ylim=(0, number + 1))

    def torn(self):
        return ["axes"] * (len(self.figure.axes) not in (0, 4))


class Watch:
    """Looks at every frame of `figure` that the GUI thread draws while play() runs."""

    def __init__(self, figure, scene):
        self.figure, self.scene = figure, scene
        self.playing = False
        self.frames = 0
        self.violations = []
        self.moves = 0
        figure.canvas.mpl_connect("draw_event", self.on_draw)
        figure.canvas.mpl_connect("motion_notify_event", self.on_move)

    def on_draw(self, event):
        if self.playing and threading.get_native_id() == os.getpid():  # not a draw of the worker's own
            self.frames += 1
            self.violations += self.scene.torn()

    def on_move(self, event):
        self.moves += self.playing and event.button is not None


def play(watches, scene, seconds, patience):
    """Change the scene for so many seconds; return how often.

    On a busy machine it takes longer, at most by `patience`, until every figure was drawn and the mouse has moved.
    """
    for watch in watches:
        watch.playing = True
    end = time.monotonic() + seconds
    for number in itertools.count():
        seen = number > 1 and watches[-1].moves and all(watch.frames for watch in watches)
        if time.monotonic() > (end if seen else end + patience):
            break
        scene.put(number)
    for watch in watches:
        watch.playing = False
    return number


def difference(shown, wanted):
    """Where two pictures differ; nothing if they don't."""
    if shown.shape != wanted.shape:
        return f"{shown.shape} {wanted.shape}"
    y, x = np.nonzero((shown != wanted).any(axis=2))
    return f"{len(x)} pixels, x {x.min()} to {x.max()}, y {y.min()} to {y.max()}" if len(x) else ""


def redrawn(figure, name):
    """The difference between the frame that is shown and that of a draw of the figure; save it as well."""
    canvas = figure.canvas
    canvas.flush_events()
    shown = canvas._gshell_frame.copy()
    canvas.draw()
    Image.fromarray(shown).save(name)
    return difference(shown, canvas._gshell_frame)


def rebuilt(figure, kind, number):
    """The same for another figure, into which only the last change was put."""
    other = Figure(figsize=figure.get_size_inches(), dpi=figure.dpi)
    canvas = FigureCanvasAgg(other)
    kind(other).put(number)
    for mine, theirs in zip(figure.axes, other.axes, strict=True):
        theirs.set(xlim=mine.get_xlim(), ylim=mine.get_ylim())  # panned by the mouse
    canvas.draw()
    return difference(figure.canvas._gshell_frame, np.array(canvas.buffer_rgba()))
'''

KINDS = ["Artists", "Saved", "ClearedAxes", "ClearedFigure"]


def pan_until_the_end(shell: GShell, display: XServer, window: str, limit: float) -> None:
    """Drag the figure in circles until the command has ended."""
    number = shell.number
    end = time.monotonic() + limit
    while shell.prompt_number() <= number:
        assert time.monotonic() < end, f"the command has not ended within {limit} s"
        display.drag(window, (0.2, 0.3), (0.4, 0.4))
        display.drag(window, (0.4, 0.4), (0.2, 0.3))


def is_on(screen: Image.Image, frame: Image.Image) -> bool:
    """Whether a picture is somewhere on the screen, pixel for pixel."""
    pixels, row = frame.tobytes(), 3 * frame.width
    rows = [pixels[at : at + row] for at in range(0, len(pixels), row)]
    # The row of the most colours is found in few other places.
    y = max(range(len(rows)), key=lambda y: len(set(rows[y])))
    for match in re.finditer(re.escape(rows[y]), screen.tobytes()):
        top, left = divmod(match.start() // 3, screen.width)
        if screen.crop((left, top - y, left + frame.width, top - y + frame.height)).tobytes() == pixels:
            return True
    return False


def check_screen(display: XServer, title: str, path: Path) -> None:
    """The figure's window shows this frame."""
    display.activate(display.wait_for_window(title))
    with Image.open(path) as image:
        frame = image.convert("RGB")
    wait_until(lambda: is_on(display.screenshot().convert("RGB"), frame), f"the frame of {title} on the screen")


def play_and_pan(shell: GShell, display: XServer, home: Path, kind: str, *, other: bool, seconds: float) -> None:
    """Change a scene in the panned figure, or in another one, and look at every frame."""
    (home / "scenes.py").write_text(SCENES)
    shell.run("from scenes import *; changed = plt.figure(); kind = " + kind)
    # The figure that is panned is made last, and so lies above the other.
    shell.run("panned = plt.figure() if " + repr(other) + " else changed")
    title = f"Figure {1 + other}"
    window = display.wait_for_window(title)
    shell.run("scene = kind(changed); watches = [Watch(changed, scene)]")
    if other:
        shell.run("still = Artists(panned); watches.append(Watch(panned, still))")
    shell.run("panned.canvas.toolbar.pan()")
    shell.submit(f"print('be' 'gun'); count = play(watches, scene, {seconds}, {LIMIT})")
    shell.wait_for("^begun$")
    pan_until_the_end(shell, display, window, seconds + 2 * LIMIT)

    assert not re.search("Traceback|Error|Exception|Warning|Q[A-Z]", shell.text())
    assert int(shell.value("count")) > 1
    assert shell.value("[watch.violations[:5] for watch in watches]") == str([[]] * (1 + other))
    assert shell.value("min(watch.frames for watch in watches) > 0") == "True"
    assert shell.value("watches[-1].moves > 0") == "True"
    print(kind, shell.value("count, [watch.frames for watch in watches], watches[-1].moves"))

    compared = 0
    for figure, shown in {"changed": "Figure 1", "panned": title}.items():
        # In this order: the first compares the frame that has been there since the loop.
        assert shell.value(f"redrawn({figure}, '{figure}.png')") == "''"
        check_screen(display, shown, home / f"{figure}.png")
        last = "count - 1" if figure == "changed" or not other else "0"
        scene = "kind" if figure == "changed" or not other else "Artists"
        assert shell.value(f"rebuilt({figure}, {scene}, {last})") == "''"
        compared += 3
    assert compared == 6
    assert not re.search("Traceback|Error|Exception|Warning|Q[A-Z]", shell.text())


@pytest.mark.parametrize("kind", few(KINDS, "ClearedAxes"))
def test_no_torn_frame(plots: GShell, display: XServer, home: Path, kind: str) -> None:
    play_and_pan(plots, display, home, kind, other=False, seconds=0.5)


@pytest.mark.parametrize("kind", few(KINDS, "Saved"))
def test_no_torn_frame_beside_another_figure(plots: GShell, display: XServer, home: Path, kind: str) -> None:
    play_and_pan(plots, display, home, kind, other=True, seconds=0.5)


@pytest.mark.stress
@pytest.mark.own_shell
@pytest.mark.timeout(600)
@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_no_torn_frame_in_a_minute(plots: GShell, display: XServer, home: Path, kind: str, other: bool) -> None:
    play_and_pan(plots, display, home, kind, other=other, seconds=60)

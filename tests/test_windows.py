"""Windows as their user sees them: toolbar, dialogs, widgets, keyboard focus, places; at the prompt and meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from tests.conftest import Start
from tests.kept import few
from tests.terminal import GShell, wait_until
from tests.xserver import XServer

DESK = '''\
"""Looks at windows and artists on the GUI thread, also while the worker is busy: a question is a file, the answer too.

(Nothing here asks the gate: what is looked at must not be in the middle of a change.)
"""

import json
import os
import sys
import time

import gshell
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from PyQt5.QtCore import QPoint, QTimer
from PyQt5.QtWidgets import QApplication, QDialog, QDoubleSpinBox, QLineEdit, QPushButton


class Held(Artist):
    """An artist that is drawn until the file `go` is there."""

    def draw(self, renderer):
        open("held", "w").close()
        while not os.path.exists("go"):
            time.sleep(0.001)


class Slow(Artist):
    """An artist that takes 0.3 s, counts how often, and how many rounds of loops() there are meanwhile, at most."""

    draws = 0
    rounds = 0

    def draw(self, renderer):
        Slow.draws += 1
        before = rounds[0]
        end = time.perf_counter() + 0.3
        while time.perf_counter() < end:
            pass
        Slow.rounds = max(Slow.rounds, rounds[0] - before)


rounds = [0]


def loops(seconds):
    """How many rounds of a loop this thread does in a second."""
    rounds[0] = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        rounds[0] += 1
    return rounds[0] / seconds


def on_screen(widget, x, y):
    """Pixels of the screen for a widget's own, which are larger where the screen is scaled."""
    corner, ratio = widget.mapToGlobal(QPoint(0, 0)), widget.devicePixelRatioF()
    return round((corner.x() + x) * ratio), round((corner.y() + y) * ratio)


def middle(widget):
    return on_screen(widget, widget.width() / 2, widget.height() / 2)


def button(name, figure=None):
    """A button of the toolbar."""
    toolbar = (figure or plt.gcf()).canvas.manager.toolbar
    return middle(toolbar.widgetForAction(toolbar._actions[name]))


def shown(kind, text):
    """The widget of that kind with that text."""
    found = [w for w in QApplication.allWidgets() if isinstance(w, kind) and w.isVisible() and w.text() == text]
    return middle(found[0])


def point(axes, x, y, transform=None):
    """A place in axes, in data coordinates."""
    canvas = axes.figure.canvas
    x, y = (transform or axes.transData).transform((x, y))
    ratio = canvas.device_pixel_ratio
    return on_screen(canvas, x / ratio, canvas.height() - y / ratio)


def size(figure):
    window = figure.canvas.manager.window
    return window.x(), window.y(), window.width(), window.height()


def answer():
    if not os.path.exists("question"):
        return
    with open("question") as file:
        question = file.read()
    os.remove("question")
    try:
        value = eval(question, {**globals(), **vars(sys.modules["__main__"])})
    except Exception as error:
        value = repr(error)
    with open("answer.new", "w") as file:
        json.dump(value, file, default=float)
    os.rename("answer.new", "answer")


def watch():
    global _timer
    _timer = QTimer()
    _timer.timeout.connect(answer)
    _timer.start(10)


def stop():
    _timer.stop()


gshell.on_gui(watch)
'''

BUSY = {
    "at the prompt": "",
    "python": "while True: pass\n",
    "sleep": "__import__('time').sleep(1000)",
    "numpy": "a = np.ones((300, 300))\nwhile True: a @ a\n",
    "same figure": "while True: line.set_ydata(np.random.rand(3) + 1)\n",
    "pause": "while True: plt.pause(0.02)\n",
}
FEW = ["at the prompt", "python", "sleep"]
"""Enough where it makes no difference what exactly the worker does; where no state of it does, one of them."""


class Desk:
    """A shell and its windows, with a look at both at any time."""

    def __init__(self, shell: GShell, display: XServer, home: Path) -> None:
        self.shell = shell
        self.display = display
        self.home = home
        self._numbers = itertools.count()
        (home / "desk.py").write_text(DESK)
        shell.run("import sys; sys.path.insert(0, '.'); from desk import *; import matplotlib as mpl")

    def see(self, expression: str) -> Any:
        """The value of an expression, from the GUI thread; a list for a tuple."""
        (self.home / "question.new").write_text(expression)
        (self.home / "question.new").rename(self.home / "question")
        answer = self.home / "answer"
        wait_until(answer.exists, f"an answer to {expression!r}")
        value = json.loads(answer.read_text())
        answer.unlink()
        return value

    def wait_to_see(self, expression: str, wanted: object = True) -> None:
        """Wait until an expression has this value."""
        seen: list[object] = []

        def look() -> bool:
            seen[:] = [self.see(expression)]
            return seen == [wanted]

        try:
            wait_until(look, f"{expression} == {wanted!r}")
        except AssertionError:
            raise AssertionError(f"{expression} is {seen[0]!r} and not {wanted!r}") from None

    def figure(self, cell: str = "fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3])") -> str:
        """Make a figure; return its window, when that is on the screen."""
        self.shell.run(cell)
        window = self.display.wait_for_window("Figure")
        self.wait_to_see("plt.gcf().canvas._gshell_frame is not None and not plt.gcf().canvas._gshell_wanted")
        return window

    def point(self, x: float, y: float, axes: str = "ax") -> tuple[int, int]:
        """The pixel of the screen at a place in axes."""
        return self.spot(f"point({axes}, {x}, {y})")

    def spot(self, expression: str) -> tuple[int, int]:
        x, y = self.see(expression)
        return x, y

    def click(self, spot: tuple[int, int] | str) -> None:
        """Click at a pixel of the screen."""
        self.display.point(*(self.spot(spot) if isinstance(spot, str) else spot))
        self.display.press_button()

    def button(self, name: str) -> None:
        """Click on a button of the current figure's toolbar."""
        self.click(f"button('{name}')")

    def drag(self, start: tuple[int, int], end: tuple[int, int], *, release: bool = True) -> None:
        """Drag from a pixel of the screen to another."""
        self.display.drag_on_screen(start, end)
        if release:
            self.display.release()

    def type_into(self, spot: tuple[int, int] | str, text: str) -> None:
        """Replace what is in a field of a dialog."""
        self.click(spot)
        self.display.settle()
        self.display.xdotool("key", "ctrl+a")
        self.display.xdotool("type", text)
        self.display.xdotool("key", "Tab")

    def begin(self, code: str) -> None:
        """Have the worker do something; return when it has begun."""
        if code:
            mark = f"begun{next(self._numbers)}"
            self.shell.submit(f"print('{mark[:2]}' '{mark[2:]}')\n{code}")
            self.shell.wait_for(f"^{mark}$")

    def busy(self) -> bool:
        return self.shell.prompt_number() == 0

    def end(self, code: str) -> None:
        """It was at that the whole time; stop it.  Nothing has gone wrong."""
        if code:
            assert self.busy(), "the command has ended meanwhile"
            number = self.shell.number
            self.shell.press("c-c")
            wait_until(lambda: self.shell.prompt_number() > number, "the prompt after Ctrl-C")
        self.assert_quiet()

    def assert_quiet(self) -> None:
        """Neither Python nor Qt has complained."""
        assert not re.findall(r"^\w*(?:Error|Exception)\b.*|^Q\w+: .*", self.shell.text(), re.MULTILINE)

    def colours(self, window: str) -> dict[tuple[int, ...], int]:
        """How often every colour is in a window."""
        found = self.display.picture(window).convert("RGB").getcolors(1 << 24) or []
        return {colour: count for count, colour in found if isinstance(colour, tuple)}


@pytest.fixture
def desk(lend: Start, display: XServer, home: Path) -> Iterator[Desk]:
    """gshell --qt --pylab on a desk with nothing else on it."""
    desk = Desk(lend("--gui", "qt", "--pylab"), display, home)
    yield desk
    # A test that has failed must not leave a button pressed on the server that others use too.
    display.release()
    if desk.shell.prompt_number():
        desk.shell.run("import gshell; from desk import stop; gshell.on_gui(stop)")


def close_to(wanted: tuple[float, float], tolerance: float = 0.03) -> Callable[[tuple[float, float]], bool]:
    return lambda seen: all(abs(a - b) < tolerance for a, b in zip(seen, wanted, strict=True))


# The toolbar and its dialogs.


@pytest.mark.parametrize("name", few(BUSY, "same figure"))
def test_zoom_back_forward_home(desk: Desk, name: str) -> None:
    """The rectangle is seen while it is drawn, over whatever the worker plots, and zoomed to."""
    window = desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); ax.set(xlim=(0, 2), ylim=(1, 3))")
    desk.begin(BUSY[name])
    desk.button("zoom")
    desk.wait_to_see("fig.canvas.manager.toolbar.mode.name", "ZOOM")
    start, end = desk.point(0.5, 2.5), desk.point(1.5, 1.5)
    desk.drag(start, end, release=False)
    wait_until(lambda: rubberband(desk, start, end), "the rubberband")
    desk.display.release()
    wait_until(lambda: close_to((0.5, 1.5))(desk.see("ax.get_xlim()")), "the limits of the rectangle")
    assert close_to((1.5, 2.5))(desk.see("ax.get_ylim()"))
    wait_until(lambda: not rubberband(desk, start, end), "the rubberband to go")
    zoomed = desk.see("ax.get_xlim()")
    desk.button("back")
    desk.wait_to_see("ax.get_xlim()", [0, 2])
    desk.button("forward")
    desk.wait_to_see("ax.get_xlim()", zoomed)
    desk.button("home")
    desk.wait_to_see("ax.get_xlim()", [0, 2])
    desk.end(BUSY[name])
    assert desk.display.windows("Figure 1") == [window]


def rubberband(desk: Desk, start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether there is a dashed line at the left edge of the rectangle: black and white in turn."""
    left, top = start
    image = desk.display.screenshot().convert("L")
    for x in range(left - 2, left + 3):
        column = [image.getpixel((x, y)) for y in range(top + 10, end[1] - 10)]
        dark = [isinstance(value, int) and value < 100 for value in column]
        if sum(a != b for a, b in itertools.pairwise(dark)) > 10:
            return True
    return False


TOOL = """
from matplotlib.backend_tools import ToolBase
class Hide(ToolBase):
    description = 'hide the line'
    def trigger(self, *args, **kwargs):
        line.set_visible(False)
"""


@pytest.mark.parametrize("name", few(FEW, "python"))
def test_tool_manager(desk: Desk, name: str) -> None:
    """matplotlib's other toolbar: tools are added and triggered in the worker, and buttons clicked."""
    desk.shell.run("import warnings; warnings.simplefilter('ignore'); plt.rcParams['toolbar'] = 'toolmanager'")
    desk.shell.run(TOOL)
    desk.figure()
    desk.shell.run("tools, bar = fig.canvas.manager.toolmanager, fig.canvas.manager.toolbar")
    desk.shell.run("_ = tools.add_tool('hide', Hide); bar.add_tool('hide', 'mine'); tools.remove_tool('forward')")
    desk.shell.run("tools.trigger_tool('pan')")
    assert desk.see("bar._toolitems['pan'][0][0].isChecked(), 'forward' in bar._toolitems") == [True, False]
    desk.begin(BUSY[name])
    desk.click("middle(bar._toolitems['pan'][0][0])")
    desk.wait_to_see("tools.active_toggle['default']", None)
    desk.click("middle(bar._toolitems['hide'][0][0])")
    desk.wait_to_see("line.get_visible()", False)
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "sleep"))
def test_save_button(desk: Desk, name: str) -> None:
    desk.figure()
    desk.begin(BUSY[name])
    desk.button("save_figure")
    dialog = desk.display.wait_for_window("Choose a filename")
    wait_until(lambda: desk.display.active_window() == dialog, "the dialog to have the keyboard")
    desk.display.xdotool("key", "ctrl+a")
    desk.display.xdotool("type", "by_hand.png")
    desk.display.xdotool("key", "Return")
    wait_until(lambda: not desk.display.windows("Choose a filename"), "the dialog to go")
    wait_until(lambda: complete(desk.home / "by_hand.png"), "the file")
    desk.end(BUSY[name])
    assert Image.open(desk.home / "by_hand.png").size == (640, 480)


def complete(path: Path) -> bool:
    """Whether a picture has been written to its end."""
    return path.exists() and path.read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("name", few(FEW, "python"))
def test_subplot_tool(desk: Desk, name: str) -> None:
    desk.figure()
    desk.begin(BUSY[name])
    desk.button("configure_subplots")
    spin = "next((w for w in QApplication.allWidgets() if isinstance(w, QDoubleSpinBox) and w.value() == {}), None)"
    desk.wait_to_see(f"getattr({spin.format(0.88)}, 'isActiveWindow', bool)()")
    before = desk.see("ax.get_position().y1")
    desk.type_into(f"middle({spin.format(0.88)})", "0.5")
    desk.wait_to_see("fig.subplotpars.top", 0.5)
    wait_until(lambda: desk.see("ax.get_position().y1") == 0.5, "the axes to be smaller")
    desk.click("shown(QPushButton, 'Reset')")
    desk.wait_to_see("ax.get_position().y1", before)
    desk.click("shown(QPushButton, 'Tight layout')")
    wait_until(lambda: desk.see("ax.get_position().y1") > before, "the tight layout")
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "python"))
def test_figure_options(desk: Desk, name: str) -> None:
    desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); ax.set_title('before')")
    desk.begin(BUSY[name])
    desk.button("edit_parameters")
    desk.display.wait_for_window("Figure options")
    desk.type_into("shown(QLineEdit, 'before')", "after")
    desk.click("shown(QPushButton, 'Apply')")
    desk.wait_to_see("ax.get_title()", "after")
    desk.type_into("shown(QLineEdit, 'after')", "last")
    desk.click("shown(QPushButton, 'OK')")
    desk.wait_to_see("ax.get_title()", "last")
    wait_until(lambda: not desk.display.windows("Figure options"), "the dialog to go")
    desk.end(BUSY[name])


# The window: its size, its end, its keys.


@pytest.mark.parametrize("name", few(BUSY, "pause"))
def test_resize_and_close(desk: Desk, name: str) -> None:
    """By the window manager; all of the new size is drawn."""
    window = desk.figure("fig, ax = plt.subplots(facecolor='#00ff00'); line, = ax.plot([1, 2, 3])")
    desk.begin(BUSY[name])
    for width, height in ((900, 700), (400, 350), (800, 500)):
        desk.display.xdotool("windowsize", window, width, height)
        wait_until(lambda: desk.display.geometry(window)[2:] == (width, height), "the new size")  # noqa: B023
        desk.wait_to_see("fig.canvas._gshell_frame.shape[:2] == fig.canvas.get_width_height(physical=True)[::-1]")
        wait_until(lambda: all_green(desk), "all of the canvas to be drawn")
    inches = desk.see("fig.get_size_inches()[0] * fig.dpi / fig.canvas.device_pixel_ratio")
    assert inches == desk.see("fig.canvas.width()")
    desk.display.close_window(window)
    wait_until(lambda: not desk.display.windows("Figure"), "the window to go")
    desk.wait_to_see("plt.get_fignums()", [])
    desk.end(BUSY[name] if desk.busy() else "")
    assert name in ("at the prompt", "pause") or "KeyboardInterrupt" in desk.shell.text()


def all_green(desk: Desk) -> bool:
    """Whether the figure's colour is in all four corners of its canvas."""
    corners = [
        desk.spot(f"on_screen(fig.canvas, {x}, {y})")
        for x in ("3", "fig.canvas.width() - 3")
        for y in ("3", "fig.canvas.height() - 3")
    ]
    screen = desk.display.screenshot().convert("RGB")
    return all(screen.getpixel(corner) == (0, 255, 0) for corner in corners)


@pytest.mark.parametrize("name", few(FEW, "sleep"))
def test_keys(desk: Desk, name: str) -> None:
    window = desk.figure()
    small = desk.display.geometry(window)
    desk.begin(BUSY[name])
    before = desk.display.picture(window)
    desk.display.press_key(window, "g")
    desk.wait_to_see("ax.xaxis.get_gridlines()[1].get_visible()")
    wait_until(lambda: desk.display.picture(window).tobytes() != before.tobytes(), "the grid")
    desk.display.press_key(window, "f")
    wait_until(lambda: desk.display.geometry(window) == (0, 0, 1280, 1024), "the full screen")
    desk.wait_to_see("1278 <= fig.canvas._gshell_frame.shape[1] <= 1280")
    desk.display.press_key(window, "f")
    wait_until(lambda: desk.display.geometry(window) == small, "the window as it was")
    desk.display.press_key(window, "l")
    desk.wait_to_see("ax.get_yscale()", "log")
    desk.display.press_key(window, "q")
    wait_until(lambda: not desk.display.windows("Figure"), "the window to go")
    desk.end(BUSY[name])


# Mouse and keys that reach the user's code.


@pytest.mark.parametrize("name", few([*FEW, "same figure"], "same figure"))
def test_widgets(desk: Desk, name: str) -> None:
    """Each of them answers once for what the mouse does."""
    desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); fig.subplots_adjust(bottom=0.4)")
    desk.shell.run(
        "from matplotlib.widgets import *; pushed = []; checked = []; slid = []\n"
        "slider = Slider(fig.add_axes([0.2, 0.05, 0.6, 0.05]), 's', 0, 10)\n"
        "push = Button(fig.add_axes([0.2, 0.15, 0.2, 0.1]), 'push')\n"
        "checks = CheckButtons(fig.add_axes([0.5, 0.15, 0.2, 0.15]), ['one', 'two'], [False, True])\n"
        "slider.on_changed(slid.append); push.on_clicked(lambda e: pushed.append(1))\n"
        "checks.on_clicked(checked.append)\n"
    )
    desk.begin(BUSY[name])
    desk.drag(desk.point(2, 0.5, "slider.ax"), desk.point(8, 0.5, "slider.ax"))
    wait_until(lambda: abs(desk.see("slider.val") - 8) < 0.2, "the slider to follow the mouse")
    assert desk.see("slid == sorted(slid) and slid[-1] == slider.val")
    for count in (1, 2, 3):
        desk.click(desk.spot("point(push.ax, 0.5, 0.5, push.ax.transAxes)"))
        desk.wait_to_see("len(pushed)", count)
    desk.click("point(checks.ax, 0.15, 2 / 3, checks.ax.transAxes)")
    desk.wait_to_see("checks.get_status()", [True, True])
    desk.click("point(checks.ax, 0.15, 1 / 3, checks.ax.transAxes)")
    desk.wait_to_see("checks.get_status()", [True, False])
    assert desk.see("checked") == ["one", "two"]
    assert desk.see("len(pushed)") == 3
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "python"))
@pytest.mark.parametrize("blit", few([True, False], True))
def test_rectangle_selector(desk: Desk, name: str, blit: bool) -> None:
    window = desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); ax.set(xlim=(0, 2), ylim=(1, 3))")
    desk.shell.run("from matplotlib.widgets import RectangleSelector; selected = []")
    desk.shell.run(
        "selector = RectangleSelector(ax, lambda a, b: selected.append((a.xdata, b.xdata)), "
        f"useblit={blit}, interactive=True, props=dict(facecolor='#ff0000', alpha=1))"
    )
    desk.begin(BUSY[name])
    desk.drag(desk.point(0.5, 1.5), desk.point(1.5, 2.5), release=False)
    wait_until(lambda: desk.colours(window).get((255, 0, 0), 0) > 10_000, "the rectangle while it is drawn")
    desk.display.release()
    desk.wait_to_see("len(selected)", 1)
    assert close_to((0.5, 1.5))(desk.see("selected[0]"))
    # What blitting has shown is there still when all is drawn anew.
    desk.display.press_key(window, "g")
    desk.wait_to_see("ax.xaxis.get_gridlines()[1].get_visible()")
    wait_until(lambda: desk.colours(window).get((255, 0, 0), 0) > 10_000, "the rectangle")
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "at the prompt"))
def test_pick(desk: Desk, name: str) -> None:
    desk.figure("fig, ax = plt.subplots(); picked = []; line, = ax.plot([1, 2, 3], 'o', picker=5)")
    desk.shell.run("on_pick = lambda e: (picked.extend(e.ind), ax.plot(e.ind, [1.5], 'r*'))")
    desk.shell.run("fig.canvas.mpl_connect('pick_event', on_pick)")
    desk.begin(BUSY[name])
    for index in (2, 0, 1):
        desk.click(desk.point(1, 2.5))  # nothing there
        desk.click(desk.point(index, index + 1))
    desk.wait_to_see("[int(index) for index in picked]", [2, 0, 1])
    desk.wait_to_see("len(ax.lines)", 4)
    desk.end(BUSY[name])


def test_ginput_and_waitforbuttonpress(desk: Desk) -> None:
    window = desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3])")
    desk.begin("points = plt.ginput(3, timeout=-1)\n")
    wait_until(desk.shell.is_asleep, "it to wait")
    for x, y in ((0.5, 1.5), (1, 2), (1.5, 2.5)):
        desk.click(desk.point(x, y))
    desk.shell.wait_for_prompt()
    assert desk.see("np.round(points, 1).tolist()") == [[0.5, 1.5], [1, 2], [1.5, 2.5]]
    desk.begin("pressed = plt.waitforbuttonpress()\n")
    wait_until(desk.shell.is_asleep, "it to wait")
    desk.click(desk.point(1, 2))
    desk.shell.wait_for_prompt()
    assert desk.see("pressed") is False
    desk.begin("pressed = plt.waitforbuttonpress()\n")
    wait_until(desk.shell.is_asleep, "it to wait")
    desk.display.press_key(window, "a")
    desk.shell.wait_for_prompt()
    assert desk.see("pressed") is True
    desk.assert_quiet()


@pytest.mark.parametrize("name", few(FEW, "python"))
def test_turn_in_3d(desk: Desk, name: str) -> None:
    window = desk.figure("fig = plt.figure(); ax = fig.add_subplot(projection='3d'); line, = ax.plot([1, 2], [2, 1])")
    desk.begin(BUSY[name])
    before = desk.display.picture(window).tobytes()
    azimuth = desk.see("ax.azim")
    desk.display.drag(window, (0.5, 0.5), (0.3, 0.6))
    wait_until(lambda: abs(desk.see("ax.azim") - azimuth) > 20, "the axes to turn")
    wait_until(lambda: desk.display.picture(window).tobytes() != before, "the turned axes on the screen")
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "python"))
@pytest.mark.parametrize("blit", few([True, False], True))
def test_animation_on_the_screen(desk: Desk, name: str, blit: bool) -> None:
    window = desk.figure("fig, ax = plt.subplots(); line, = ax.plot([0, 1], [0, 0], lw=200); ax.set_axis_off()")
    desk.shell.run("colours = ['#ff0000', '#00ff00', '#0000ff']; from matplotlib.animation import FuncAnimation")
    desk.shell.run(
        "animation = FuncAnimation(fig, lambda i: (line.set_color(colours[i // 3 % 3]), [line])[1], interval=50, "
        f"cache_frame_data=False, blit={blit}); fig.canvas.draw_idle()"
    )
    desk.begin(BUSY[name])
    for colour in ((255, 0, 0), (0, 255, 0)):
        wait_until(lambda: desk.colours(window).get(colour, 0) > 10_000, f"the frame in {colour}")  # noqa: B023
    desk.end(BUSY[name])


@pytest.mark.parametrize("name", few(FEW, "sleep"))
def test_timer(desk: Desk, name: str) -> None:
    """A timer of the user's that plots; it stops when it is told to."""
    desk.figure()
    desk.shell.run("fired = []; timer = fig.canvas.new_timer(interval=20)")
    desk.shell.run("timer.add_callback(lambda: (fired.append(1), ax.set_title(str(len(fired))), len(fired) < 10)[-1])")
    desk.shell.run("timer.start()")
    desk.begin(BUSY[name])
    desk.wait_to_see("len(fired)", 10)
    desk.wait_to_see("ax.get_title()", "10")
    desk.end(BUSY[name])
    assert desk.see("len(fired)") == 10


def test_a_click_makes_a_figure_the_current_one(desk: Desk) -> None:
    """At the prompt at once; in the middle of a command its next plot() must not go elsewhere."""
    first = desk.figure("fig1, ax1 = plt.subplots(num=1)")
    desk.shell.run("fig2, ax2 = plt.subplots(num=2)")
    second = desk.display.wait_for_window("Figure 2")
    desk.display.xdotool("windowmove", first, 0, 0)
    desk.display.xdotool("windowmove", second, 600, 450)
    desk.display.settle()
    desk.wait_to_see("plt.gcf().number", 2)
    desk.display.click(first, 0.3, 0.3)
    desk.wait_to_see("plt.gcf().number", 1)
    desk.display.click(second, 0.7, 0.7)
    desk.wait_to_see("plt.gcf().number", 2)
    desk.shell.run("clicks = []; fig1.canvas.mpl_connect('button_press_event', lambda e: clicks.append(1))")
    desk.begin("while not clicks: pass\nplt.plot([1, 2]); during = plt.gcf().number\n")
    desk.display.click(first, 0.3, 0.3)
    desk.shell.wait_for_prompt()
    assert desk.see("during") == 2
    assert desk.see("[len(ax1.lines), len(ax2.lines)]") == [0, 1]
    assert desk.see("plt.gcf().number") == 1
    desk.assert_quiet()


# Events that have to wait.


def test_clicks_that_wait_for_a_long_savefig(desk: Desk) -> None:
    """The cursor says so; then all are handled in order, and each of them once."""
    window = desk.figure("fig, ax = plt.subplots(); line, = ax.plot([0, 10], [0, 10]); events = []")
    desk.shell.run("from matplotlib.figure import Figure; long = Figure(); _ = long.subplots().add_artist(Held())")
    desk.shell.run("_ = fig.canvas.mpl_connect('button_press_event', lambda e: events.append(round(e.xdata)))")
    desk.shell.run("_ = fig.canvas.mpl_connect('button_release_event', lambda e: events.append(-round(e.xdata)))")
    desk.shell.run("_ = fig.canvas.mpl_connect('key_press_event', lambda e: events.append(e.key))")
    spots = [desk.point(x, 5) for x in (7, 2, 9, 4)]
    desk.display.activate(window)
    desk.begin("long.savefig('long.png')\n")
    wait_until((desk.home / "held").exists, "the draw")
    for spot, letter in zip(spots, "xyza", strict=True):
        desk.click(spot)
        desk.display.settle()
        desk.display.xdotool("key", letter)
    desk.wait_to_see("QApplication.overrideCursor() is not None")
    assert desk.see("events") == []
    assert desk.busy()
    (desk.home / "go").touch()
    desk.shell.wait_for_prompt()
    wanted = [7, -7, "x", 2, -2, "y", 9, -9, "z", 4, -4, "a"]
    wait_until(lambda: len(desk.see("events")) >= len(wanted), "the events")
    desk.wait_to_see("QApplication.overrideCursor() is None")
    desk.click(desk.point(5, 5))
    desk.wait_to_see("events[-1]", -5)
    assert desk.see("events") == [*wanted, 5, -5]
    desk.assert_quiet()


@pytest.mark.parametrize("name", few(BUSY, "at the prompt", "same figure"))
def test_no_click_is_lost(desk: Desk, name: str) -> None:
    desk.figure("fig, ax = plt.subplots(); line, = ax.plot([1, 2, 3]); events = []; ax.set(xlim=(0, 10))")
    desk.shell.run("_ = fig.canvas.mpl_connect('button_press_event', lambda e: events.append(round(e.xdata)))")
    spots = [desk.point(x, 2) for x in range(1, 10)]
    desk.begin(BUSY[name])
    for spot in [*spots, *reversed(spots)]:
        desk.click(spot)
    wanted = [*range(1, 10), *range(9, 0, -1)]
    wait_until(lambda: len(desk.see("events")) >= len(wanted), "the clicks")
    desk.end(BUSY[name])
    assert desk.see("events") == wanted


# Its share of time.


@pytest.mark.parametrize("name", few(["motion", "clicks"], "clicks"))
def test_a_slow_figure_leaves_the_worker_its_share(desk: Desk, name: str) -> None:
    """Half, by design: here a quarter, for other programs run too.  The figure is drawn meanwhile.

    Motion can wait until it is the figure's time again.  A press or a release can't; but what the worker is owed it
    gets nevertheless, before the next draw.
    """
    window = desk.figure("fig, ax = plt.subplots(); ax.plot([1, 2, 3]); _ = ax.add_artist(Slow())")
    desk.button("pan")
    shares = []
    for _ in range(3):  # another program may have had the processor
        desk.shell.run("alone = loops(1)")
        desk.begin("before = Slow.draws; meanwhile = loops(3); drawn = Slow.draws - before\n")
        desk.display.move(window, 0.5, 0.5)
        desk.display.hold()
        for step in itertools.count():
            desk.display.move(window, 0.5 + step % 20 / 100, 0.5)
            if step % 10 == 9 and name == "clicks":
                desk.display.release()
                desk.display.hold()
            if not desk.busy():
                break
        desk.display.release()
        shares.append((desk.see("meanwhile / alone"), desk.see("drawn")))
        if shares[-1][0] > 0.25 and shares[-1][1] >= 2:
            break
    assert shares[-1][0] > 0.25 and shares[-1][1] >= 2, shares
    # On a busy machine the worker may wait for the GIL when the draw begins: it ends its round then, and parks.
    assert desk.see("Slow.rounds") in (0, 1), "the figure was not drawn under the gate"


def test_draws_of_a_command_are_few(desk: Desk) -> None:
    desk.figure()
    desk.shell.run("draws = []; _ = fig.canvas.mpl_connect('draw_event', lambda e: draws.append(1))")
    desk.shell.run(
        "begin = time.monotonic()\n"
        "for i in range(3000):\n"
        "    line.set_ydata([i, 0, 1]); fig.canvas.draw_idle()\n"
        "took = time.monotonic() - begin\n"
    )
    desk.wait_to_see("fig.canvas._gshell_wanted", False)
    assert desk.see("list(line.get_ydata())") == [2999, 0, 1]
    assert 1 <= desk.see("len(draws)") <= 2 + 40 * desk.see("took")
    desk.assert_quiet()


# Manners.

OTHER = '''\
"""Another program: an editor of one line, which keeps what is typed in a file."""

import pathlib

from PyQt5.QtWidgets import QApplication, QLineEdit

application = QApplication([])
editor = QLineEdit()
editor.setWindowTitle("Other program")
editor.textChanged.connect(lambda text: pathlib.Path("typed").write_text(text))
editor.show()
application.exec_()
'''


@pytest.fixture
def editor(display: XServer, home: Path) -> Iterator[str]:
    """The window of another program, which has the keyboard."""
    (home / "other.py").write_text(OTHER)
    (home / "typed").touch()
    process = subprocess.Popen([sys.executable, "other.py"], cwd=home, env={**os.environ, "HOME": str(home)})
    window = display.wait_for_window("Other program")
    yield window
    process.kill()
    process.wait()


QUIET = {
    "a new figure": "figure()",
    "a plot": "plot([1, 2, 3])",
    "a plot in a new figure": "figure(); plot([1, 2, 3]); show()",
    "draw": "draw()",
    "pause": "for i in range(5): plt.plot([i, 1]); plt.pause(0.02)\n",
    "show": "show()",
    "the same number again": "close('all'); figure(1); plot([1, 2])",
    "another size": "gcf().set_size_inches(4, 3); gcf().canvas.draw()",
    "another title": "gcf().canvas.manager.set_window_title('Figure of another title'); show()",
    "many": "for i in range(4): figure(); plot([1, 2]); draw(); show()\n",
}


@pytest.mark.parametrize("name", few(QUIET, "a new figure", "many"))
def test_the_keyboard_stays_where_it_is(desk: Desk, editor: str, name: str) -> None:
    """A person types in an editor while plots come and go."""
    if name not in ("a new figure", "a plot"):
        desk.figure("plot([1, 2]);")
    activate(desk, editor)
    focus = desk.display.focus()
    desk.shell.submit(QUIET[name])
    number = desk.shell.number
    desk.display.xdotool("type", "--delay", 30, "typed meanwhile, ")
    desk.shell.wait_for_end_of(number)
    desk.display.wait_for_window("Figure")
    desk.shell.run("plt.pause(0.2)")  # what is to come from the windows' side has come then
    desk.display.xdotool("type", "and afterwards")
    wait_until((desk.home / "typed").read_text, "what was typed")
    wait_until(lambda: (desk.home / "typed").read_text().endswith("afterwards"), "all that was typed, in the editor")
    assert (desk.home / "typed").read_text() == "typed meanwhile, and afterwards"
    assert desk.display.active_window() == editor
    assert desk.display.focus() == focus
    desk.assert_quiet()


def activate(desk: Desk, window: str) -> None:
    desk.display.ask_to_activate(window)
    wait_until(lambda: desk.display.active_window() == window, "the window to have the keyboard")


def test_show_comes_to_the_front_if_it_is_told_to(desk: Desk, editor: str) -> None:
    window = desk.figure()
    activate(desk, editor)
    desk.shell.run("plt.rcParams['figure.raise_window'] = True; plt.show()")
    wait_until(lambda: desk.display.active_window() == window, "the figure to have the keyboard")
    activate(desk, editor)
    desk.shell.run("plt.rcParams['figure.raise_window'] = False; plt.show(); plt.pause(0.2)")
    assert desk.display.active_window() == editor


NEAR = 2
"""Pixels by which a window may be elsewhere: the screen has a fractional scale."""


def near(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(abs(x - y) <= NEAR for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("by", ["user", "program"])
def test_a_figure_opens_where_it_was(desk: Desk, by: str) -> None:
    """And as large as the user has made it.  Also when that is repeated, it stays there."""
    window = desk.figure("fig = plt.figure(7)")
    desk.display.xdotool("windowmove", window, 130, 210)
    desk.display.xdotool("windowsize", window, 500, 420)
    wait_until(lambda: desk.display.geometry(window)[2:] == (500, 420), "the size")
    desk.wait_to_see("fig.canvas.width() < 500")
    desk.wait_to_see("fig.canvas._gshell_frame.shape[:2] == fig.canvas.get_width_height(physical=True)[::-1]")
    desk.shell.run("plt.pause(0.1)")
    wanted = desk.display.geometry(window)
    for _ in range(5):
        if by == "user":
            desk.display.close_window(window)
        else:
            desk.shell.run("plt.close(7)")
        wait_until(lambda: not desk.display.windows("Figure 7"), "the window to go")
        desk.wait_to_see("plt.get_fignums()", [])
        desk.shell.run("fig = plt.figure(7); plt.plot([1, 2])")
        window = desk.display.wait_for_window("Figure 7")
        wait_until(lambda: near(desk.display.geometry(window), wanted), f"the window at {wanted}")  # noqa: B023
        desk.shell.run("plt.pause(0.1)")
        assert near(desk.display.geometry(window), wanted)
    desk.assert_quiet()


def test_a_size_that_the_program_has_set_is_not_kept(desk: Desk) -> None:
    desk.figure("fig = plt.figure(7)")
    for _ in range(5):
        desk.wait_to_see("[fig.canvas.width(), fig.canvas.height()]", [640, 480])
        place = desk.see("size(fig)[:2]")
        desk.shell.run("fig.set_size_inches(4, 3); plt.pause(0.05)")
        # matplotlib rounds down.
        desk.wait_to_see("fig.canvas.width() in (399, 400) and fig.canvas.height() in (299, 300)")
        assert desk.shell.value("fig.get_size_inches().tolist()") == "[4.0, 3.0]"
        desk.shell.run("plt.close(7)")
        wait_until(lambda: not desk.display.windows("Figure 7"), "the window to go")
        desk.shell.run("fig = plt.figure(7)")
        desk.display.wait_for_window("Figure 7")
        wait_until(lambda: near(desk.see("size(fig)[:2]"), place), f"the window at {place}")  # noqa: B023
    assert desk.shell.value("fig.get_size_inches().tolist()") == "[6.4, 4.8]"
    # Another size asked for wins over the one that the user has given to the window before.
    window = desk.display.wait_for_window("Figure 7")
    desk.display.xdotool("windowsize", window, 500, 420)
    desk.wait_to_see("fig.canvas.width() < 500")
    desk.shell.run("plt.close(7); fig = plt.figure(7, figsize=(3, 2))")
    desk.wait_to_see("fig.canvas.width() in (299, 300) and fig.canvas.height() in (199, 200)")


def test_an_odd_size_stays_exact(desk: Desk) -> None:
    """A golden rectangle, which is of no whole number of pixels."""
    window = desk.figure("fig = plt.figure(figsize=(6, 3.708)); plt.plot([1, 2])")
    exact = "[6.0, 3.708]"
    assert desk.shell.value("fig.get_size_inches().tolist()") == exact
    desk.display.xdotool("windowmove", window, 100, 100)
    desk.display.press_key(window, "p")
    desk.display.drag(window, (0.5, 0.5), (0.6, 0.6))
    desk.shell.run("plt.pause(0.1)")
    assert desk.shell.value("fig.get_size_inches().tolist()") == exact
    # To another size by the mouse and back: the very size that was asked for.
    width, height = desk.display.geometry(window)[2:]
    desk.display.xdotool("windowsize", window, width + 100, height + 100)
    wait_until(lambda: desk.see("fig.get_size_inches()[0]") > 6.5, "the larger figure")
    desk.display.xdotool("windowsize", window, width, height)
    desk.wait_to_see("fig.get_size_inches().tolist()", [6.0, 3.708])
    desk.shell.run("plt.close(fig); fig = plt.figure(figsize=(6, 3.708)); fig.savefig('odd.png', dpi=1000)")
    assert desk.shell.value("fig.get_size_inches().tolist()") == exact
    assert Image.open(desk.home / "odd.png").size == (6000, 3708)


def test_style_context_of_a_figure_that_is_panned_meanwhile(desk: Desk) -> None:
    """What a draw reads, such as the kind of minus (in older versions, the colours of ticks), is as after the block."""
    desk.shell.run("from matplotlib.figure import Figure; from matplotlib.backends.backend_agg import FigureCanvasAgg")
    desk.shell.submit(
        "with plt.style.context(['dark_background', {'axes.unicode_minus': False}]):\n"
        "    fig, ax = plt.subplots(); _ = ax.plot([-3, 1, 2])\n"
        "    while not os.path.exists('go'): pass\n"
    )
    window = desk.display.wait_for_window("Figure 1")
    desk.wait_to_see("'ax' in vars(sys.modules['__main__']) and fig.canvas._gshell_frame is not None")
    desk.button("pan")
    desk.wait_to_see("fig.canvas.manager.toolbar.mode.name", "PAN")
    limits = desk.see("ax.get_xlim()")
    before = desk.display.picture(window)
    desk.display.drag(window, (0.5, 0.5), (0.65, 0.6))
    wait_until(lambda: desk.see("ax.get_xlim()") != limits, "the figure to be panned")
    wait_until(
        lambda: ImageChops.difference(desk.display.picture(window), before).getbbox() is not None, "the panned figure"
    )
    assert desk.see("any('\\u2212' in tick.label1.get_text() for tick in ax.yaxis.get_major_ticks())")
    assert desk.busy()
    (desk.home / "go").touch()
    desk.shell.wait_for_prompt()
    desk.shell.run(
        "with plt.style.context(['dark_background', {'axes.unicode_minus': False}]):\n"
        "    plain = Figure(); other = plain.subplots(); _ = other.plot([-3, 1, 2])\n"
        "agg = FigureCanvasAgg(plain)\n"
        "_ = other.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())\n"
        "plain.dpi = fig.dpi; agg.draw()\n"
        "tick = lambda a: [f(a.xaxis.get_major_ticks()[1]) for f in (lambda t: t.label1.get_color(), "
        "lambda t: t.tick1line.get_color())]\n"
    )
    desk.wait_to_see("fig.canvas._gshell_wanted", False)
    assert desk.see("tick(ax)") == desk.see("tick(other)")
    assert desk.see("bool(np.array_equal(fig.canvas._gshell_frame, np.array(agg.buffer_rgba())))")
    desk.assert_quiet()

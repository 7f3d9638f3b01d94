"""The same promises in every toolkit: the same tests, for each that can be imported here.

`pytest --toolkits=gtk3,gtk4` runs them for some; with `--require-toolkits` one that is missing is a failure.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from gshell.gui import choose
from tests.conftest import Start
from tests.kept import few
from tests.kits import FIGURE, KITS, Kit, program
from tests.terminal import LIMIT, GShell, gshell, wait_until
from tests.test_figures import changed, pan_while_busy, stop, wait_for_colour
from tests.xserver import XServer

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = [kit.name for kit in KITS]

NOISE_OF_GTK = re.compile(
    r"\(gshell:\d+\): G[dt]k-(?:WARNING|CRITICAL) \*\*: [\d:.]+: "
    r"(?:gdk_frame_timings_\w+\(\) called on .* frame|gtk_box_remove: assertion 'GTK_IS_BOX \(box\)' failed)"
)
"""What GTK 4.24 says from its loop, with nothing of ours on the stack.

That of the box is GTK's own: so does a plain program of GTK's that destroys a file dialog right after it was shown (3
of 36).  That of the timings comes beside windows of any kind (that of the subplots too); a plain program with two
windows and 400 slow draws did not show it, so where it comes from is not known.
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test once for each toolkit that is wanted; `program` is one of the toolkit's.

    For the whole session: pytest has the tests of a toolkit come together then, and they share shells.
    """
    wanted = metafunc.config.getoption("--toolkits").split(",")
    kits = [kit for kit in KITS if kit.name in wanted]
    if "program_name" in metafunc.fixturenames:
        once = metafunc.definition.get_closest_marker("one_program")
        programs = [
            pytest.param(kit, name, id=f"{kit.name}-{name}", marks=[pytest.mark.stress] if once and number else [])
            for kit in kits
            for number, name in enumerate(kit.programs)
        ]
        metafunc.parametrize(("kit", "program_name"), programs, scope="session")
    elif "kit" in metafunc.fixturenames:
        others = metafunc.definition.get_closest_marker("qt_has_others")
        once = metafunc.definition.get_closest_marker("one_toolkit")
        each = [
            pytest.param(
                kit, id=kit.name, marks=[pytest.mark.stress] * bool((others and kit.name == "qt") or (once and number))
            )
            for number, kit in enumerate(kits)
        ]
        metafunc.parametrize("kit", each, scope="session")


@dataclass
class Windows:
    """A shell with a toolkit, and what it shows."""

    kit: Kit
    shell: GShell
    display: XServer
    home: Path

    def figure(self, cell: str = "fig, ax = subplots(); line, = ax.plot([1, 2, 3])") -> str:
        """Make a figure; return its window, when it shows something."""
        self.shell.run(cell)
        window = self.display.wait_for_window("Figure")
        wait_for_colour(self.display, window, (255, 255, 255))
        return window

    def begin(self, code: str) -> None:
        """Have the worker do something; return when it has begun."""
        number = self.shell.wait_for_prompt()
        self.shell.submit(f"print('be' 'gun {number}')\n{code}")
        self.shell.wait_for(f"^begun {self.shell.number}$")

    def close(self, window: str) -> None:
        """Close a window, as its user does."""
        self.display.close_window(window)

    def wait_until_closed(self, title: str = "Figure") -> None:
        wait_until(lambda: not self.display.windows(title), f"the window {title} to go")

    def button(self, window: str, label: str) -> None:
        """Click on a button of the current figure's toolbar."""
        name = self.kit.buttons.get(label, label)
        spot: list[float] = []

        def look() -> bool:
            spot[:] = map(float, self.shell.value(f"*map(float, button({name!r})),").strip("()").split(","))
            return all(spot)  # nothing has a place before the window is on the screen

        wait_until(look, f"the place of {label}")
        self.click(window, *spot)

    def press(self, window: str, label: str, condition: Callable[[], bool]) -> None:
        """Click on a button of the toolbar until it does what it should: the tooltip of the last may be over it."""
        self._until(condition, lambda: self.button(window, label), f"what {label} does")

    def open(self, window: str, label: str, title: str) -> str:
        """Have a button of the toolbar open a dialog; return that."""
        self.press(window, label, lambda: bool(self.display.windows(title)))
        return self.display.wait_for_window(title)

    def close_dialog(self, window: str, title: str) -> None:
        """Close a dialog, once more if need be: that of a busy toolkit is on the screen before it listens."""
        self._until(lambda: not self.display.windows(title), lambda: self.close(window), f"the dialog {title} to go")

    def confirm_dialog(self, title: str) -> None:
        """Press Return in the dialog that has the keyboard, once more if need be, for the same reason."""
        closed, press = lambda: not self.display.windows(title), lambda: self.display.xdotool("key", "Return")
        self._until(closed, press, f"the dialog {title} to go")

    def _until(self, condition: Callable[[], bool], act: Callable[[], None], what: str) -> None:
        for attempts_left in (2, 1, 0):
            act()
            try:
                wait_until(condition, what, LIMIT / 3)
                return
            except AssertionError:
                if not attempts_left:
                    raise

    def click(self, window: str, x: float, y: float) -> None:
        """Click at a pixel of a window."""
        left, top, _, _ = self.display.geometry(window)
        self.display.point(left + x, top + y)
        self.display.press_button()

    @property
    def ratio(self) -> float:
        """Pixels of the screen for one of matplotlib's."""
        return float(self.value("gcf().canvas.device_pixel_ratio"))

    def value(self, expression: str) -> str:
        return self.shell.value(expression)

    def assert_quiet(self, *, interrupts: int = 0) -> None:
        """Nothing has complained, neither Python nor the toolkit; Ctrl-C was answered once for each time."""
        text = NOISE_OF_GTK.sub("", self.shell.text())
        assert len(re.findall(r"^KeyboardInterrupt", text, re.MULTILINE)) == interrupts
        assert not re.findall(r"^\w*(?:Error|Exception)\b.*|^Q\w+: .*", text, re.MULTILINE)
        assert not re.findall(r".*(?:WARNING|CRITICAL|Warning|ERROR)\b.*", text)


@pytest.fixture
def installed(kit: Kit, request: pytest.FixtureRequest) -> Kit:
    """The toolkit, which is there."""
    if reason := choose.why_not(kit.name):
        if request.config.getoption("--require-toolkits"):
            pytest.fail(reason)
        pytest.skip(reason)
    return kit


@pytest.fixture
def windows(
    installed: Kit, display: XServer, start: Start, lend: Start, home: Path, request: pytest.FixtureRequest
) -> Iterator[Windows]:
    """gshell with the toolkit and --pylab, at its prompt: the test's own if it runs programs, or is marked so."""
    own = "program_name" in request.fixturenames or request.node.get_closest_marker("own_shell")
    shell = (start if own else lend)("--gui", installed.name, "--pylab")
    yield Windows(installed, shell, display, home)
    display.release()


# Windows beside the prompt.


@pytest.mark.qt_has_others
def test_figure_and_prompt(windows: Windows) -> None:
    window = windows.figure()
    assert windows.value("plt.get_backend().lower()") == repr(windows.kit.backend)
    windows.shell.run("ax.set_facecolor('red')")
    wait_for_colour(windows.display, window, (255, 0, 0))
    windows.shell.run("ax.set_facecolor('#00ff00'); title('green')")
    wait_for_colour(windows.display, window, (0, 255, 0))
    windows.assert_quiet()


@pytest.mark.qt_has_others
def test_what_is_shown_is_a_fresh_draw(windows: Windows) -> None:
    """Pixel for pixel, and of the size that was asked for."""
    windows.figure("fig, ax = subplots(figsize=(5.55, 4.44)); line, = ax.plot(np.random.rand(99)); grid()")
    windows.shell.run("fig.canvas.flush_events(); shown = fig.canvas._gshell_frame.copy(); c = fig.canvas")
    windows.shell.run("from matplotlib.backends.backend_agg import FigureCanvasAgg as Agg; agg = Agg(fig); agg.draw()")
    windows.shell.run("fresh = np.array(agg.buffer_rgba()); fig.set_canvas(c)")
    assert windows.value("shown.shape == fresh.shape and bool((shown == fresh).all())") == "True"
    assert windows.value("fresh.shape") == f"({int(444 * windows.ratio)}, {int(555 * windows.ratio)}, 4)"
    windows.shell.run("np.save('fresh.npy', fresh[:, :, :3])")
    fresh = np.load(windows.home / "fresh.npy")
    wait_until(lambda: is_on_screen(windows.display, fresh), "these pixels")


def is_on_screen(display: XServer, picture: NDArray[np.uint8]) -> bool:
    """Whether the picture is somewhere on the screen."""
    screen = np.asarray(display.screenshot().convert("RGB"))
    height, width = (screen.shape[axis] - picture.shape[axis] + 1 for axis in (0, 1))
    found = np.ones((height, width), bool)
    for y, x in [*zip(*np.nonzero(picture.sum(axis=2) < 600), strict=True)][::1000]:  # some pixels of the plot
        found &= (screen[y : y + height, x : x + width] == picture[y, x]).all(axis=2)
    places = [*zip(*np.nonzero(found), strict=True)]
    return any((screen[y : y + picture.shape[0], x : x + picture.shape[1]] == picture).all() for y, x in places)


BUSY = {
    "python": "while True: pass\n",
    "sleep": "__import__('time').sleep(1000)",
    "same figure": "while True: line.set_ydata(np.random.rand(3) + 1)\n",
    "pause": "while True: plt.pause(0.01)\n",
}


@pytest.mark.qt_has_others
@pytest.mark.parametrize("name", few(BUSY, "same figure"))
def test_pan_while_busy(windows: Windows, name: str) -> None:
    window = windows.figure()
    windows.display.press_key(window, "p")
    limits = windows.value("ax.get_xlim()")
    windows.begin(BUSY[name])
    pan_while_busy(windows.shell, windows.display, window)
    stop(windows.shell)
    wait_until(lambda: windows.value("ax.get_xlim()") != limits, "the figure to follow the mouse")
    windows.assert_quiet(interrupts=1)


@pytest.mark.qt_has_others
def test_draw_from_a_busy_worker(windows: Windows) -> None:
    window = windows.figure()
    windows.begin("ax.set_facecolor('#00ff00'); fig.canvas.draw_idle()\nwhile True: pass\n")
    wait_for_colour(windows.display, window, (0, 255, 0))
    stop(windows.shell)
    windows.begin("ax.set_facecolor('#0000ff'); fig.canvas.draw()\nwhile True: pass\n")
    wait_for_colour(windows.display, window, (0, 0, 255))
    stop(windows.shell)
    windows.assert_quiet(interrupts=2)


# Ctrl-C.

WAITS = {
    "python": "while True: pass\n",
    "sleep": "__import__('time').sleep(1000)",
    "pause": "plt.pause(1000)",
    "show": "plt.show(block=True)",
    "ginput": "plt.ginput(1, timeout=-1)",
    "button": "plt.waitforbuttonpress()",
    "updates": "while True: line.set_ydata(np.random.rand(3)); plt.pause(0.001)\n",
    "on_gui": "gshell.on_gui(lambda: [None for i in iter(int, 1)])",
}


@pytest.mark.qt_has_others
@pytest.mark.parametrize("name", few(WAITS, "python", "on_gui"))
def test_ctrl_c(windows: Windows, name: str) -> None:
    windows.figure()
    windows.shell.run("import gshell; kept = 42")
    windows.begin(WAITS[name])
    stop(windows.shell)
    assert windows.value("kept") == "42"
    windows.begin("plt.pause(1000)")
    stop(windows.shell)
    assert windows.value("kept + 1") == "43"
    windows.assert_quiet(interrupts=2)


@pytest.mark.qt_has_others
def test_ctrl_c_while_panning(windows: Windows) -> None:
    window = windows.figure("kept = 42; fig, ax = subplots(); line, = ax.plot([1, 2, 3])")
    windows.display.press_key(window, "p")
    windows.begin("while True: line.set_ydata(np.random.rand(3) + 1)\n")
    windows.display.move(window, 0.5, 0.5)
    windows.display.hold()
    for step in range(20):
        windows.display.move(window, 0.5 + step / 100, 0.5)
        if step == 10:
            windows.shell.press("c-c")
    windows.display.release()
    windows.shell.wait_for_end_of(windows.shell.number)
    assert windows.value("kept") == "42"
    windows.assert_quiet(interrupts=1)


# Waiting for the window.


@pytest.mark.qt_has_others
def test_show_ends_with_the_window(windows: Windows) -> None:
    window = windows.figure()
    windows.begin("plt.show(block=True); print('clo' 'sed')")
    windows.close(window)
    windows.shell.wait_for("^closed$")
    assert windows.value("plt.get_fignums()") == "[]"
    windows.assert_quiet()


@pytest.mark.qt_has_others
def test_pause_ends_in_time(windows: Windows) -> None:
    windows.figure()
    windows.shell.run("import time; begin = time.monotonic(); plt.pause(0.5); took = time.monotonic() - begin")
    assert float(windows.value("took")) >= 0.5


@pytest.mark.qt_has_others
def test_mouse_and_keys(windows: Windows) -> None:
    window = windows.figure()
    windows.begin("points = plt.ginput(2, timeout=-1)")
    wait_until(windows.shell.is_asleep, "it to wait")
    for x in (0.4, 0.6):
        windows.display.click(window, x, 0.5)
    windows.shell.wait_for_end_of(windows.shell.number)
    assert windows.value("len(points) == 2 and bool(points[0][0] < points[1][0])") == "True"
    windows.begin("key = plt.waitforbuttonpress()")
    wait_until(windows.shell.is_asleep, "it to wait")
    windows.display.press_key(window, "x")
    windows.shell.wait_for_end_of(windows.shell.number)
    assert windows.value("key") == "True"
    windows.shell.run("seen = []; connect = fig.canvas.mpl_connect; modifiers = ('shift', 'control')")
    windows.shell.run("_ = connect('key_press_event', lambda e: e.key in modifiers or seen.append(e.key))")
    windows.shell.run("_ = connect('scroll_event', lambda e: seen.append(e.button))")
    windows.shell.run("_ = connect('button_press_event', lambda e: seen.append((int(e.button), e.dblclick)))")
    windows.begin("while len(seen) < 5: pass\n")
    windows.display.press_key(window, "a")
    windows.display.press_button(4)
    windows.display.press_button(3)
    windows.display.settle()
    windows.display.xdotool("key", "ctrl+Right")
    windows.display.xdotool("key", "shift+B")
    windows.shell.wait_for_end_of(windows.shell.number)
    assert windows.value("seen") == f"['a', '{windows.kit.wheel_up}', (3, False), 'ctrl+right', 'B']"
    windows.assert_quiet()


@pytest.mark.qt_has_others
def test_animation_and_timer(windows: Windows) -> None:
    window = windows.figure("fig, ax = subplots(); line, = ax.plot([0, 1], [0, 0], lw=300); ax.set_axis_off()")
    windows.shell.run("colours = ['#ff0000', '#00ff00', '#0000ff']; from matplotlib.animation import FuncAnimation")
    for blit in (False, True):
        windows.shell.run(
            "animation = FuncAnimation(fig, lambda i: (line.set_color(colours[i // 3 % 3]), [line])[1], interval=40, "
            f"cache_frame_data=False, blit={blit}); fig.canvas.draw_idle()"
        )
        windows.begin("while True: pass\n")
        for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)):
            wait_for_colour(windows.display, window, colour)
        stop(windows.shell)
        windows.shell.run("animation.pause(); _ = animation._stop()")
    windows.shell.run("fired = []; timer = fig.canvas.new_timer(interval=20)")
    windows.shell.run("timer.add_callback(lambda: (fired.append(1), len(fired) < 10)[-1]); timer.start()")
    windows.begin("while len(fired) < 10: pass\n")
    windows.shell.wait_for_end_of(windows.shell.number)
    windows.shell.run("once = fig.canvas.new_timer(interval=10); once.single_shot = True; ones = []")
    windows.shell.run("once.add_callback(lambda: ones.append(1)); once.start()")
    wait_until(lambda: windows.value("len(ones)") == "1", "the timer")
    windows.shell.run("plt.pause(0.1)")
    assert windows.value("len(fired), len(ones)") == "(10, 1)"
    windows.assert_quiet(interrupts=2)


@pytest.mark.qt_has_others
def test_widgets(windows: Windows) -> None:
    window = windows.figure("fig, ax = subplots(); line, = ax.plot([1, 2]); fig.subplots_adjust(bottom=0.4)")
    windows.shell.run("from matplotlib.widgets import *; pushed = []; slid = []")
    windows.shell.run("push = Button(fig.add_axes([0.1, 0.05, 0.3, 0.2]), 'push'); _ = push.on_clicked(pushed.append)")
    windows.shell.run("slider = Slider(fig.add_axes([0.55, 0.05, 0.3, 0.2]), 's', 0, 10)")
    windows.shell.run("_ = slider.on_changed(slid.append)")
    windows.shell.run("fig.canvas.flush_events()")
    before = windows.display.picture(window).tobytes()
    _, _, width, height = windows.display.geometry(window)
    top = height - width * 480 / 640 if windows.kit.name == "qt" else 0  # the toolbar's height
    windows.begin("while not (pushed and slid): pass\n")
    for x in (0.25, 0.7):
        windows.click(window, x * width, top + 0.85 * width * 480 / 640)
    windows.shell.wait_for_end_of(windows.shell.number)
    assert windows.value("len(pushed)") == "1"
    assert 4 < float(windows.value("float(slider.val)")) < 6
    wait_until(partial(changed, windows.display, window, before), "the slider to move")
    windows.assert_quiet()


# Closing.


@pytest.mark.qt_has_others
def test_figure_gets_a_window_again(windows: Windows) -> None:
    """One that was closed by mistake; and one without a window, where matplotlib takes it."""
    windows.shell.run("import matplotlib")
    windows.close(windows.figure("fig = plt.figure(1); line, = plt.plot([1, 2, 3])"))
    windows.wait_until_closed()
    for command in ("plt.figure(1)", "fig.show()", "plt.figure(fig)"):
        wait_until(lambda: windows.value("plt.get_fignums()") == "[]", "the figure to go")
        if command == "plt.figure(fig)" and windows.value("matplotlib.__version_info__ >= (3, 11)") == "False":
            continue
        window = windows.figure(command)
        assert windows.value("plt.gcf() is fig, fig.number, plt.gca().lines[0] is line") == "(True, 1, True)"
        if command == "fig.show()":
            windows.shell.run("plt.close(fig)")
        else:
            windows.close(window)
        windows.wait_until_closed()
    windows.shell.run("fig.savefig('kept.png')")
    assert (windows.home / "kept.png").stat().st_size > 1000
    windows.assert_quiet()


@pytest.mark.one_toolkit
@pytest.mark.qt_has_others
@pytest.mark.own_shell
def test_figures_of_a_session_come_back(windows: Windows) -> None:
    windows.figure("fig, ax = subplots(num='Figure it'); line, = ax.plot([1, 2, 3]); _ = ax.set_ylim(0, 9)")
    windows.shell.run("%session save mine")
    windows.shell.run("plt.close('all'); del fig, ax, line")
    windows.wait_until_closed()
    window = windows.figure("%session restore mine")
    assert windows.value("fig is gcf(), line in ax.lines, ax.get_ylim() == (0, 9)") == "(True, True, True)"
    windows.shell.run("ax.set_facecolor('#00ff00')")
    wait_for_colour(windows.display, window, (0, 255, 0))
    windows.assert_quiet()


@pytest.mark.qt_has_others
@pytest.mark.parametrize("name", few(["at the prompt", "python", "same figure"], "same figure"))
def test_close_by_the_window_manager(windows: Windows, name: str) -> None:
    window = windows.figure()
    windows.shell.run("_ = fig.canvas.mpl_connect('close_event', lambda event: print('b' 'ye'))")
    if code := BUSY.get(name, ""):
        windows.begin(code)
    windows.close(window)
    windows.wait_until_closed()
    windows.shell.wait_for("^bye$")
    if code:
        stop(windows.shell)
    wait_until(lambda: windows.value("plt.get_fignums()") == "[]", "the figure to go")
    windows.shell.run("line.set_ydata([3, 2, 1]); fig.savefig('kept.png')")
    assert (windows.home / "kept.png").stat().st_size > 1000
    windows.figure("plot([3, 2, 1])")
    windows.shell.run("close('all')")
    windows.wait_until_closed()
    assert windows.shell.text().count("bye") == 1
    windows.assert_quiet(interrupts=bool(code))


def test_toolbar_of_a_window_that_is_gone_shows_nothing(windows: Windows) -> None:
    """A callback may have closed the window, and go on."""
    windows.figure()
    windows.shell.run("import gshell; toolbar = fig.canvas.manager.toolbar; close(fig)")
    windows.wait_until_closed()
    for function in ("toolbar.set_history_buttons", "lambda: toolbar.set_message('x')", "toolbar.push_current"):
        windows.shell.run(f"gshell.on_gui({function})")
        windows.shell.run(f"({function})()")
    windows.figure()
    windows.assert_quiet()


def test_ctrl_c_ends_a_callback_of_a_figure_that_is_closed(windows: Windows) -> None:
    """It has its turn, as a callback of the mouse has."""
    windows.figure()
    windows.shell.run("def spin(event):\n    print('be' 'gun', flush=True)\n    while True: pass\n\n")
    windows.shell.run("_ = fig.canvas.mpl_connect('close_event', spin)")
    windows.shell.submit("close(fig)")
    windows.shell.wait_for("^begun$")
    stop(windows.shell)
    windows.wait_until_closed()
    windows.figure("plot([3, 2, 1])")


@pytest.mark.qt_has_others
@pytest.mark.own_shell
@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.stress)])
def test_many_figures_leave_nothing(windows: Windows, count: int) -> None:
    process = psutil.Process(windows.shell.pid)
    windows.shell.run("import gc, weakref; opened = []; left = lambda: (gc.collect(), len([f for f in opened if f()]))")
    windows.shell.run(
        "def some(n):\n"
        "    for i in range(n): opened.append(weakref.ref(figure())); plot([1, 2]); plt.pause(0.001); close()\n"
    )

    def look() -> tuple[int, int, float]:
        windows.shell.run(f"some({count})", 120)
        windows.wait_until_closed()
        wait_until(lambda: windows.value("left()[1]") == "0", "the figures to go")
        return process.num_fds(), process.num_threads(), process.memory_info().rss / 2**20

    fds, threads, memory = look()
    growth: list[float] = []
    # A figure's picture is a megabyte and more.  What a toolkit makes once and keeps comes in a round or two; what
    # leaks does so in every one.
    while len(growth) < 6 and (not growth or min(growth) >= count / 2):
        *_, now = look()
        growth.append(now - memory)
        memory = now
    assert min(growth) < count / 2, growth
    # Libraries have threads of their own that come and go: never more of them.
    wait_until(lambda: process.num_fds() <= fds and process.num_threads() <= threads, f"as few as {fds}, {threads}")
    assert windows.value("len(opened)") == str((1 + len(growth)) * count)
    windows.assert_quiet()


@pytest.mark.own_shell
def test_what_ends_after_the_event_loop_asks_for_nothing(windows: Windows) -> None:
    """A finalizer may use a figure when the process takes its modules down, and the toolkit is gone."""
    windows.figure()
    windows.shell.run(
        "import os\n"
        "class Last:\n"
        "    def __init__(self):\n"
        "        self.canvas, self.tell = fig.canvas, os.mkdir\n"
        "        self.timer = fig.canvas.new_timer(20)\n"
        "        self.timer.start()\n"
        "    def __del__(self):\n"
        "        del self.timer\n"
        "        self.canvas.draw_idle()\n"
        "        self.tell('ended')\n"
    )
    windows.shell.run("import builtins; builtins.last = Last(); builtins.last.itself = builtins.last")
    assert windows.shell.end() == 0
    assert (windows.home / "ended").exists()
    windows.assert_quiet()


# Code on the GUI thread.


@pytest.mark.qt_has_others
@pytest.mark.own_shell
def test_on_gui(windows: Windows) -> None:
    run, value = windows.shell.run, windows.value
    run(f"import gshell, threading; {windows.kit.setup}")
    assert value("gshell.on_gui(threading.get_native_id) != threading.get_native_id()") == "True"
    run("%%gui\nthere = threading.get_native_id()\n")
    assert value("there == gshell.on_gui(threading.get_native_id)") == "True"
    assert "ZeroDivisionError" in run("gshell.on_gui(lambda: 1 / 0)")
    assert "ZeroDivisionError" in run("%%gui\n1 / 0\n")
    assert "run --gui-thread" in run(windows.kit.widget)
    assert "RuntimeError" in windows.shell.output(windows.shell.number)
    run(f"%%gui\nwidget = {windows.kit.widget}\n")
    assert value("type(widget).__name__ in " + repr(windows.kit.widget)) == "True"
    assert value("1 + 1") == "2"


def test_callbacks_that_raise(windows: Windows) -> None:
    window = windows.figure()
    windows.shell.run("_ = fig.canvas.mpl_connect('button_press_event', lambda e: {1: raise_, 3: leave}[e.button]())")
    windows.shell.run("raise_ = lambda: 1 / 0; leave = lambda: sys.exit('left')")
    windows.shell.run("import sys")
    windows.display.click(window, 0.5, 0.5)
    windows.shell.wait_for("^ZeroDivisionError")
    windows.display.press_button(3)
    windows.shell.wait_for("^left")
    assert windows.value("1 + 1") == "2"
    windows.shell.run("timer = fig.canvas.new_timer(interval=20); timer.add_callback(lambda: [][0]); timer.start()")
    windows.shell.wait_for("^IndexError")
    windows.shell.run("timer.stop()")
    assert windows.value("1 + 1") == "2"


# Programs of the user's.


@pytest.fixture
def programs(installed: Kit, display: XServer, start: Start, home: Path) -> Windows:
    """gshell with the toolkit, at its prompt."""
    return Windows(installed, start("--gui", installed.name), display, home)


@pytest.fixture
def program_window(windows: Windows, program_name: str) -> str:
    """The window of a program that was run at the prompt."""
    (windows.home / "program.py").write_text(program(windows.kit, program_name))
    shown = windows.shell.run("run program.py")
    assert "runs on the GUI thread" in shown
    assert "the loop has returned" in shown
    return windows.display.wait_for_window("Program")


@pytest.mark.one_program
def test_program_lives_beside_the_prompt(windows: Windows, program_window: str) -> None:
    click_until(windows, program_window, "^clicked$")
    window = windows.figure()
    windows.display.press_key(window, "p")
    windows.begin("while True: pass\n")
    windows.display.xdotool("windowmove", window, 0, 0)
    windows.display.settle()  # else the mouse may drag where the window was
    pan_while_busy(windows.shell, windows.display, window)
    before = windows.shell.text().count("clicked")
    windows.display.activate(program_window)
    click_until(windows, program_window, "^clicked$", before)
    stop(windows.shell)
    windows.close(program_window)
    windows.wait_until_closed("Program")
    assert windows.display.windows("Figure"), "the figure has been closed too"
    assert "the loop has returned" in windows.shell.run("run program.py")
    again = windows.display.wait_for_window("Program")
    click_until(windows, again, "^clicked$")
    windows.assert_quiet(interrupts=1)
    assert windows.shell.end() == 0


def click_until(windows: Windows, window: str, pattern: str, before: int = 0) -> None:
    """Click into the window, and again, since the first may be too early, if that does not show something once more."""

    def look() -> bool:
        windows.display.click(window, 0.5, 0.5)
        with contextlib.suppress(AssertionError):
            wait_until(lambda: len(re.findall(pattern, windows.shell.text(), re.MULTILINE)) > before, pattern, 2.0)
            return True
        return False

    wait_until(look, f"{pattern} after a click")


@pytest.mark.one_program
def test_program_in_a_cell_again_and_again(programs: Windows, program_name: str) -> None:
    for _ in range(2):
        programs.shell.run(f"%%gui\n{program(programs.kit, program_name)}")
        assert "the loop has returned" in programs.shell.output(programs.shell.number)
        window = programs.display.wait_for_window("Program")
        click_until(programs, window, "^clicked$")
        programs.close(window)
        programs.wait_until_closed("Program")
        programs.assert_quiet()
        programs.shell.clear()
    # and a script whose callbacks raise
    (programs.home / "program.py").write_text(program(programs.kit, program_name))
    programs.shell.run("run program.py raise")
    programs.shell.run("import sys; sys.argv = ['program.py', 'raise']")
    window = programs.display.wait_for_window("Program")
    click_until(programs, window, "^ZeroDivisionError")
    programs.shell.run("sys.argv = ['program.py', 'exit']")
    click_until(programs, window, "left")
    assert re.search(r"^Out\[\d+\]: 2$", programs.shell.run("1 + 1"), re.MULTILINE)


@pytest.mark.one_program
def test_program_without_a_prompt(
    installed: Kit, display: XServer, start: Start, home: Path, program_name: str
) -> None:
    """It runs until its window is closed, and Ctrl-C ends it."""
    (home / "program.py").write_text(program(installed, program_name))
    shell = start("--gui", installed.name, "run", "program.py", prompt=False)
    window = display.wait_for_window("Program")
    assert "has returned" not in shell.text()
    windows = Windows(installed, shell, display, home)
    click_until(windows, window, "^clicked$")
    windows.close(window)
    shell.wait_for("^the loop has returned$")
    assert shell.wait() == 0
    shell = start("--gui", installed.name, "program.py", prompt=False)
    display.wait_for_window("Program")
    shell.press("c-c")
    assert shell.wait() == 130
    assert shell.text().count("KeyboardInterrupt") == 1


@pytest.mark.own_shell
def test_figure_in_a_program(windows: Windows) -> None:
    """It is drawn for the worker, follows the mouse meanwhile, and goes with its window."""
    (windows.home / "program.py").write_text(FIGURE + windows.kit.embedding)
    windows.shell.run("run program.py")
    window = windows.display.wait_for_window("Program")
    wait_for_colour(windows.display, window, (255, 255, 255))
    windows.shell.run("ax.set_facecolor('red'); fig.canvas.draw_idle()")
    wait_for_colour(windows.display, window, (255, 0, 0))
    windows.begin("ax.set_facecolor('#0000ff'); fig.canvas.draw()\nwhile True: pass\n")
    wait_for_colour(windows.display, window, (0, 0, 255))
    windows.display.xdotool("windowsize", window, 700, 600)
    wait_until(lambda: blue(windows.display, window) > 150_000, "the figure in the new size")
    stop(windows.shell)
    windows.begin("while True: ax.lines[0].set_ydata(np.random.rand(3)); fig.canvas.draw_idle()\n")
    windows.close(window)
    windows.wait_until_closed("Program")
    stop(windows.shell)
    windows.shell.run("fig.canvas.draw_idle(); fig.canvas.draw(); fig.savefig('kept.png')")
    assert (windows.home / "kept.png").stat().st_size > 1000
    windows.assert_quiet(interrupts=2)


def blue(display: XServer, window: str) -> int:
    """How many pixels of the window are."""
    colours = display.picture(window).convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, colour in colours if colour == (0, 0, 255))


# The toolbar.


@pytest.fixture
def toolbar(windows: Windows) -> Windows:
    """With button(): where one is in the window."""
    windows.shell.run(f"def find(toolbar, name):{windows.kit.find_button}")
    windows.shell.run("import gshell")
    windows.shell.run("button = lambda name: gshell.on_gui(lambda: find(gcf().canvas.manager.toolbar, name))")
    return windows


@pytest.mark.qt_has_others
def test_toolbar(toolbar: Windows) -> None:
    window = toolbar.figure()
    home_ = toolbar.value("ax.get_xlim()")
    toolbar.press(window, "Pan", lambda: "PAN" in toolbar.value("fig.canvas.toolbar.mode.name"))
    toolbar.display.drag(window, (0.5, 0.5), (0.6, 0.6))
    wait_until(lambda: toolbar.value("ax.get_xlim()") != home_, "the pan")
    panned = settled(toolbar)
    toolbar.press(window, "Zoom", lambda: "ZOOM" in toolbar.value("fig.canvas.toolbar.mode.name"))
    toolbar.display.drag(window, (0.4, 0.4), (0.6, 0.6))
    wait_until(lambda: toolbar.value("ax.get_xlim()") != panned, "the zoom")
    zoomed = settled(toolbar)
    for label, limits in (("Back", panned), ("Forward", zoomed), ("Home", home_)):
        toolbar.press(window, label, lambda: toolbar.value("ax.get_xlim()") == limits)  # noqa: B023
    toolbar.assert_quiet()


def settled(windows: Windows) -> str:
    """The limits, when the mouse button is let go as far as matplotlib knows."""
    state = "fig.canvas.toolbar._pan_info is None and fig.canvas.toolbar._zoom_info is None"
    wait_until(lambda: windows.value(state) == "True", "the end of the drag")
    return windows.value("ax.get_xlim()")


# The file is there some time before the save has ended, which Ctrl-C would break off.  While a figure is saved, its
# canvas has no manager.
UNTIL_SAVED = """
import glob
while not (glob.glob("*.png") and fig.canvas.manager): pass
print("sa" "ved")
while True: pass
"""


@pytest.mark.qt_has_others
def test_save_dialog(toolbar: Windows) -> None:
    """It is cancelled, used, and left open when the shell ends."""
    window = toolbar.figure()
    title = toolbar.kit.save_title
    dialog = toolbar.open(window, "Save", title)
    assert toolbar.value("6 * 7") == "42"
    toolbar.close_dialog(dialog, title)
    dialog = toolbar.open(window, "Save", title)
    toolbar.begin(UNTIL_SAVED)
    wait_until(lambda: toolbar.display.active_window() == dialog, "the dialog to have the keyboard")
    toolbar.confirm_dialog(title)
    toolbar.shell.wait_for("^saved$")
    assert any(path.stat().st_size > 1000 for path in toolbar.home.glob("*.png"))
    stop(toolbar.shell)
    toolbar.open(window, "Save", title)
    toolbar.assert_quiet(interrupts=1)
    assert toolbar.shell.end() == 0


@pytest.mark.one_toolkit
def test_save_dialog_from_the_worker(windows: Windows) -> None:
    windows.figure()
    windows.begin("fig.canvas.manager.toolbar.save_figure(); import time; time.sleep(1000)")
    dialog = windows.display.wait_for_window(windows.kit.save_title)
    stop(windows.shell)
    if windows.kit.name == "qt":  # with the call that has opened it goes the dialog
        wait_until(lambda: not windows.display.windows(windows.kit.save_title), "the dialog to go")
    else:
        windows.close_dialog(dialog, windows.kit.save_title)
    windows.assert_quiet(interrupts=1)


def test_subplots_dialog(toolbar: Windows) -> None:
    if not toolbar.kit.subplots_title:
        pytest.skip(f"a dialog of {toolbar.kit.name}'s own, which test_windows.py looks at")
    window = toolbar.figure()
    dialog = toolbar.open(window, "Subplots", toolbar.kit.subplots_title)
    toolbar.begin("left = fig.subplotpars.left\nwhile fig.subplotpars.left == left: pass\n")
    number = toolbar.shell.number
    while toolbar.shell.prompt_number() <= number:  # the dialog may not be ready for the first
        toolbar.click(dialog, 300, 45)  # on the first slider
    assert toolbar.value("plt.get_fignums(), gcf() is fig") == "([1], True)"
    toolbar.close_dialog(dialog, toolbar.kit.subplots_title)
    toolbar.assert_quiet()


TOOL = """
from matplotlib.backend_tools import ToolBase
class Hide(ToolBase):
    description = 'hide the line'
    default_keymap = 'h'
    def trigger(self, *args, **kwargs):
        line.set_visible(False)
"""


@pytest.mark.one_toolkit
def test_tool_manager(windows: Windows) -> None:
    windows.shell.run("import warnings; warnings.simplefilter('ignore'); plt.rcParams['toolbar'] = 'toolmanager'")
    windows.shell.run(TOOL)
    window = windows.figure()
    windows.shell.run("tools, bar = fig.canvas.manager.toolmanager, fig.canvas.manager.toolbar")
    windows.shell.run("_ = tools.add_tool('hide', Hide); bar.add_tool('hide', 'mine')")
    windows.shell.run("tools.remove_tool('forward'); tools.trigger_tool('pan')")
    limits = windows.value("ax.get_xlim()")
    windows.begin("while True: pass\n")
    windows.display.drag(window, (0.5, 0.5), (0.6, 0.6))
    windows.display.press_key(window, "h")
    stop(windows.shell)
    wait_until(lambda: windows.value("line.get_visible()") == "False", "the tool")
    wait_until(lambda: windows.value("ax.get_xlim()") != limits, "the figure to follow the mouse")
    windows.assert_quiet(interrupts=1)


# The window itself.


def test_title_size_and_full_screen(windows: Windows) -> None:
    window = windows.figure()
    windows.shell.run("m = fig.canvas.manager; m.set_window_title('Residuals')")
    assert windows.display.wait_for_window("Residuals") == window
    assert windows.value("m.get_window_title()") == "'Residuals'"
    windows.shell.run("m.resize(900, 600)")
    wait_until(lambda: about(windows.display.geometry(window)[2], 900), "the new size")
    wait_until(lambda: about(float(windows.value("float(fig.bbox.width)")), 900), "the figure to fill it")
    windows.shell.run("m.full_screen_toggle()")
    wait_until(lambda: windows.display.geometry(window) == (0, 0, 1280, 1024), "the full screen")
    wait_until(lambda: about(float(windows.value("float(fig.bbox.width)")), 1280), "the figure to fill that")
    windows.shell.run("m.full_screen_toggle()")
    wait_until(lambda: about(windows.display.geometry(window)[2], 900), "the window as it was")
    wait_until(lambda: about(float(windows.value("float(fig.bbox.width)")), 900), "the figure to know it")
    windows.shell.run("fig.set_size_inches(4, 3)")
    wait_until(lambda: windows.display.geometry(window)[2] < 600, "the size of the figure")
    wait_until(lambda: windows.value("fig.canvas.get_width_height()") == "(400, 300)", "the figure to have it")
    windows.assert_quiet()


def about(size: float, wanted: float) -> bool:
    """Whether that is the size, but for the rounding of a screen that is scaled."""
    return abs(size - wanted) < 3


def test_opens_where_it_was_left(windows: Windows) -> None:
    window = windows.figure("plt.figure(3)")
    windows.display.xdotool("windowmove", "--sync", window, 300, 200)
    windows.display.xdotool("windowsize", window, 700, 650)
    wait_until(lambda: windows.display.geometry(window)[2:] == (700, 650), "the new size")
    wait_until(lambda: about(float(windows.value("float(gcf().bbox.width)")), 700), "the figure to know it")
    left = windows.display.geometry(window)
    windows.close(window)
    windows.wait_until_closed()
    window = windows.figure("plt.figure(3)")
    wait_until(lambda: windows.display.geometry(window)[2:] == left[2:], "the same size")
    if windows.kit.places_windows:
        wait_until(lambda: windows.display.geometry(window) == left, "the same place")


def test_new_window_leaves_the_keyboard_alone(windows: Windows) -> None:
    windows.figure("plt.figure(1)")
    first = windows.display.wait_for_window("Figure 1")
    windows.display.activate(first)
    windows.shell.run("plt.figure(2); plot([1, 2]); plt.pause(0.1); plt.show(); fig = gcf()")
    windows.display.wait_for_window("Figure 2")
    windows.shell.run("plot([2, 1]); plt.pause(0.1); plt.draw()")
    assert windows.display.active_window() == first


# The end, and no beginning.


@pytest.mark.parametrize(("leave", "status"), [("exit(3)", 3), pytest.param("SIGTERM", 143, marks=pytest.mark.stress)])
@pytest.mark.own_shell
def test_end(windows: Windows, leave: str, status: int) -> None:
    windows.figure()
    windows.shell.wait_for_prompt()
    before = psutil.Process(windows.shell.pid).children(recursive=True)
    if leave == "SIGTERM":
        psutil.Process(windows.shell.pid).terminate()
    else:
        windows.shell.type(f"{leave}\r")
    assert windows.shell.wait() == status
    windows.assert_quiet()
    # One of the system's, a loader of icons, sees by its connection that the shell has gone.
    wait_until(lambda: not any(process.is_running() for process in before), "its children to be gone")


@pytest.mark.one_toolkit
def test_code_without_a_prompt(installed: Kit, display: XServer, home: Path) -> None:
    code = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.pause(0.1); plt.savefig('a.png')"
    done = gshell("--gui", installed.name, "-c", code, home=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (home / "a.png").stat().st_size > 1000


def test_no_display(installed: Kit, start: Start, home: Path) -> None:
    shell = start("--gui", installed.name, "--pylab")
    assert len(re.findall("^no display", shell.text(), re.MULTILINE)) == 1
    shell.run("plot([1, 2, 3]); show(); plt.pause(0.01); savefig('saved.png')")
    assert (home / "saved.png").stat().st_size > 1000
    assert "Error" not in shell.text()
    assert shell.end() == 0


@pytest.mark.parametrize("name", NAMES)
def test_not_installed(name: str, home: Path) -> None:
    """One line says what to install."""
    blocked = re.split(r"[ |]", choose.TOOLKITS[name].needs)
    (home / "sitecustomize.py").write_text(
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {blocked!r}: raise ModuleNotFoundError(f'No module named {{name!r}}')\n"
        "sys.meta_path.insert(0, Block())\n"
    )
    done = gshell("--gui", name, home=home, env={"PYTHONPATH": f"{home}:{Path(__file__).parent.parent}"})
    assert done.returncode == 2
    assert f"the toolkit {name} is not installed" in done.stderr
    assert re.search(r"pip install|a part of Python", done.stderr)
    assert "Debian: apt install python3-" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(bool(choose.why_not("gtk3")), reason=choose.why_not("gtk3"))
def test_gtk3_without_a_loader_for_svg(display: XServer, home: Path) -> None:
    """There is no icon for the window then, which plain matplotlib ends with."""
    (home / "sitecustomize.py").write_text(
        "import gi; gi.require_version('GdkPixbuf', '2.0')\n"
        "from gi.repository import GdkPixbuf\n"
        "GdkPixbuf.Pixbuf.get_formats = staticmethod(lambda: [])\n"
    )
    code = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.savefig('a.png')"
    done = gshell("--gtk3", "-c", code, home=home, env={"PYTHONPATH": f"{home}:{Path(__file__).parent.parent}"})
    assert "can't read SVG pictures" in done.stderr and "librsvg2-common" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (home / "a.png").stat().st_size > 1000


@pytest.mark.one_toolkit
@pytest.mark.own_shell
def test_another_backend_is_refused(windows: Windows) -> None:
    window = windows.figure()
    other = next(kit for kit in KITS if kit.name != windows.kit.name)
    windows.shell.run(f"import matplotlib; matplotlib.use('{other.backend}')")
    assert f"start gshell --gui {other.name}" in windows.shell.output(windows.shell.number)
    assert windows.value("plt.get_backend().lower()") == repr(windows.kit.backend)
    windows.shell.run(f"matplotlib.use('{windows.kit.backend}'); ax.set_facecolor('red')")
    wait_for_colour(windows.display, window, (255, 0, 0))
    windows.shell.run("matplotlib.use('agg'); figure(); savefig('agg.png')")
    assert (windows.home / "agg.png").stat().st_size > 1000
    for kit in KITS:
        if kit.name[:3] not in (windows.kit.name[:3], "tk") and not choose.why_not(kit.name):
            windows.shell.run(f"{kit.setup}; {kit.widget}")
            assert "there can be only one in a session: start gshell --gui" in windows.shell.output(
                windows.shell.number
            )
    assert windows.value("1 + 1") == "2"
    assert windows.shell.run(f"%gui {windows.kit.name}") == ""
    assert "chosen when gshell starts" in windows.shell.run(f"%gui {other.name}")


# The X server dies.


MEANWHILE = {
    "idle": "",
    "pause": "while True: plt.pause(0.001)\n",
    "draws": "while True: line.set_ydata(np.random.rand(3)); fig.canvas.draw_idle(); time.sleep(0.001)\n",
    "figures": "while True: figure(2); plot([1]); close(2)\n",
}


@pytest.mark.parametrize("name", few(MEANWHILE, "figures"))
def test_the_session_outlives_the_display(
    installed: Kit, start: Start, monkeypatch: pytest.MonkeyPatch, home: Path, name: str
) -> None:
    """Toolkits end the process then.  The windows are gone, and the data stay; figures can be saved."""
    meanwhile = MEANWHILE[name]
    server = XServer()
    try:
        monkeypatch.setenv("DISPLAY", server.display)
        shell = start("--gui", installed.name, "--pylab")
        shell.run("import time; fig, ax = subplots(); line, = ax.plot([1, 2, 3]); kept = 42")
        server.wait_for_window("Figure 1")
        if meanwhile:
            shell.submit(f"print('be' 'gun')\n{meanwhile}")
            shell.wait_for("^begun$")
    finally:
        server.close()
    shell.wait_for("the windows are gone")
    if meanwhile:
        stop(shell)
    shell.wait_for_prompt()
    assert shell.value("kept") == "42"
    shell.run("fig.savefig('one.png'); close('all'); figure(3); plot([1, 2]); savefig('two.png'); close()")
    assert all((home / name).stat().st_size for name in ("one.png", "two.png"))
    assert shell.value("__import__('gc').isenabled(), __import__('gc').collect() >= 0") == "(True, True)"
    assert "Error" not in shell.output(shell.number)
    assert shell.end() == 0

"""Figures that are closed leave nothing: no memory, no thread, no descriptor, no widget, no timer."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest

from tests.kept import few
from tests.terminal import GShell, wait_until
from tests.xserver import XServer

FIGURES = '''\
"""Opens figures and closes them, and counts what is left of them."""

import gc
import threading
import time
import weakref

import gshell
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication

opened = []  # weak references


def figure():
    made = plt.figure()
    opened.append(weakref.ref(made))
    return made


def plain(count):
    for i in range(count):
        figure()
        plt.plot([i, 1, 2])
        plt.close()


def shown(count):
    for i in range(count):
        figure()
        plt.plot([i, 1, 2])
        plt.pause(0.001)
        plt.close()


def animated(frames, wait=True):
    """A figure with an animation that runs on, as long as somebody keeps it."""
    made = figure()
    (line,) = made.gca().plot([0, 1], [0, 1])

    def update(i):
        frames.append(i)
        line.set_ydata([i % 2, 1])
        return [line]

    animation = FuncAnimation(made, update, interval=5, blit=True, cache_frame_data=False)
    opened.append(weakref.ref(animation))
    while len(frames) < 5:
        plt.pause(0.01)
    return animation


def count_objects():
    timers = sum(type(each) is QTimer for each in gc.get_objects())
    # Windows, canvases and toolbars are matplotlib's classes; Qt itself makes a tooltip now and then, and keeps it.
    widgets = [each for each in QApplication.allWidgets() if not type(each).__module__.startswith("PyQt5")]
    return sum(each.isWindow() for each in widgets), len(widgets), timers


def users_threads():
    """How many threads there are, but for the one that has loaded what completion needs, or has not yet."""
    return sum(each.name != "completion" for each in threading.enumerate())


def left():
    """How many widgets, timers, threads and opened figures there are."""
    gc.collect()
    alive = [each for each in opened if each() is not None]
    return (*gshell.on_gui(count_objects), users_threads(), len(alive), len(plt.get_fignums()))


def baseline():
    """What there is without any figure, but after the first of them: it makes what stays."""
    plain(1)
    counts = left()
    while counts[-2:] != (0, 0):
        time.sleep(0.02)
        counts = left()
    return counts


def settled(wanted):
    """The same as soon as it is what is wanted: a window ends a little after it was closed."""
    end = time.monotonic() + 20
    while left() != wanted and time.monotonic() < end:
        time.sleep(0.02)
    return left()
'''

QT = r"\bQ[A-Z][a-z]|deleted|Segmentation|Fatal"
"""What Qt, or a crash, would write."""


def check_left(shell: GShell) -> None:
    """Nothing is left of the figures."""
    assert shell.value("settled(before)") == shell.value("before")


@pytest.fixture
def figures(plots: GShell, home: Path) -> GShell:
    """The shell with the functions above, and `before`: what there is without figures."""
    (home / "figures.py").write_text(FIGURES)
    plots.run("from figures import *; before = baseline()")
    return plots


def open_and_close(shell: GShell, display: XServer, count: int) -> None:
    """So many figures: most by the worker, with and without a draw, two with an animation, four by hand."""
    drawn = min(24, count // 2)
    shell.run(f"plain({count - drawn - 6})", 120)
    shell.run(f"shown({drawn})", 120)
    shell.run("for i in range(2): kept = animated([]); plt.close(); del kept\n", 60)
    for _ in range(4):
        shell.run("opener = figure(); plt.plot([1, 2, 3]); del opener")
        display.close_by_hand("Figure 1")
    check_left(shell)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("count", "times"), [(12, 1), pytest.param(100, 4, marks=pytest.mark.stress)])
def test_hundreds_of_figures_leave_nothing(figures: GShell, display: XServer, count: int, times: int) -> None:
    process = psutil.Process(figures.pid)
    open_and_close(figures, display, count)  # what is made once is made for the first ones
    threads, descriptors = process.num_threads(), process.num_fds()
    growth: list[float] = []
    most = min(30, count * 0.7)
    # A figure has a megabyte and more.  Where the machine is busy some wait for the collector longer, and memory in
    # pieces does not go back to the system: that may be so in one round, but what leaks does so in every one.
    while len(growth) < times or (min(growth) >= most and len(growth) < 6):
        memory = process.memory_info().rss
        open_and_close(figures, display, count)
        growth.append((process.memory_info().rss - memory) / 2**20)
    print(f"MB for {count} figures: {growth}")
    opened = 1 + (1 + len(growth)) * (count + 2)  # the animations are among them
    assert figures.value("len(opened)") == str(opened)
    assert min(growth) < most
    # Qt has threads of its own that come and go: never more of them.
    wait_until(lambda: process.num_threads() <= threads, f"{threads} threads again")
    wait_until(lambda: process.num_fds() <= descriptors, f"{descriptors} files again")
    assert not re.search(f"{QT}|Error|Traceback|Warning", figures.text())


@pytest.mark.parametrize("by_hand", few([False, True], True))
def test_running_animation_leaves_nothing(figures: GShell, display: XServer, by_hand: bool) -> None:
    """A figure is closed while its animation runs: no frame any more, no timer, no figure."""
    figures.run("frames = []; kept = animated(frames)")
    if by_hand:
        display.close_by_hand("Figure 1")
        figures.run("while plt.get_fignums(): time.sleep(0.01)\n")
    else:
        figures.run("plt.close()")
    figures.run("last = len(frames); time.sleep(0.3)")
    assert figures.value("len(frames) - last") == "0"
    figures.run("del kept")
    check_left(figures)
    assert not re.search(f"{QT}|Error|Traceback|Warning", figures.text())


def test_animation_that_nobody_keeps_leaves_nothing(figures: GShell) -> None:
    """An animation is dropped while it runs, and the collector finds it: on the GUI thread."""
    figures.run("frames = []; dropped = animated(frames); del dropped; gc.collect()")
    figures.run("plt.close()")
    check_left(figures)
    assert not re.search(f"{QT}|Error|Traceback", figures.text())


def test_figure_outlives_its_window(figures: GShell, display: XServer) -> None:
    """What a script does with a figure whose window the user has closed."""
    figures.run("kept = figure(); line, = plt.plot([1, 2, 3])")
    display.close_by_hand("Figure 1")
    figures.run("while plt.get_fignums(): time.sleep(0.01)\n")
    for statement in (
        "line.set_ydata([3, 2, 1])",
        "kept.canvas.draw()",
        "kept.canvas.draw_idle()",
        "kept.canvas.flush_events()",
        "kept.set_size_inches(3, 2)",
        "kept.set_dpi(50)",
        "kept.canvas.blit(kept.bbox)",
        "kept.tight_layout()",
        "kept.savefig('kept.png')",
        "kept.clear()",
        "plt.pause(0.01)",
    ):
        assert figures.run(statement) == "", statement
    figures.run("del kept, line")
    check_left(figures)
    assert not re.search(f"{QT}|Error|Traceback", figures.text())


LOOPS = {
    "plots": "ax.plot([1, 2]); ax.cla()",
    "changes data": "line.set_data(range(i % 9), range(i % 9))",
    "draws": "line.set_ydata([i, 1, 2]); made.canvas.draw()",
    "draws when idle": "line.set_ydata([i, 1, 2]); made.canvas.draw_idle(); made.canvas.flush_events()",
    "blits": "ax.draw_artist(line); made.canvas.blit(ax.bbox); made.canvas.flush_events()",
    "pauses": "line.set_ydata([i, 1, 2]); plt.pause(0.001)",
    "resizes": "made.set_size_inches(4 + i % 3, 3)",
    "titles": "ax.set_title(i); made.tight_layout()",
    "saves": "made.savefig('loop.png', dpi=40)",
    "sleeps": "time.sleep(0.01)",
}


@pytest.mark.parametrize("name", few(LOOPS, "plots", "pauses"))
def test_window_is_closed_under_a_loop(figures: GShell, display: XServer, name: str) -> None:
    """A loop plots into the figure before, while and after its window is closed, and ends as if nothing was."""
    figures.run("made = figure(); ax = made.gca(); line, = ax.plot([1, 2, 3]); made.canvas.draw()")
    # plt.pause() may make the next figure the current one; this one is told by its own number.
    figures.submit(
        "print('be' 'gun'); i = after = 0\n"
        "while after < 30:\n"
        f"    {LOOPS[name]}\n"
        "    i += 1; after += not plt.fignum_exists(1)\n"
    )
    figures.wait_for("^begun$")
    display.close_by_hand("Figure 1")
    figures.wait_for_end_of(figures.number)
    assert figures.value("after") == "30"
    figures.run("del made, ax, line")
    check_left(figures)
    # The shell lives on, and so do its figures.
    figures.run("shown(2)")
    assert figures.value("1 + 1") == "2"
    assert not re.search(f"{QT}|Error|Traceback", figures.text())


def test_windows_are_closed_one_by_one_under_pause(figures: GShell, display: XServer) -> None:
    """plt.pause() goes through all windows, of which any may go meanwhile."""
    figures.run("for i in range(3): figure(); plt.plot([i, 1, 2])\n")
    display.wait_for_window("Figure 3")
    figures.submit("print('be' 'gun')\nwhile plt.get_fignums(): plt.pause(0.001)\n")
    figures.wait_for("^begun$")
    for number in range(3):
        display.close_by_hand(f"Figure {number + 1}")
    figures.wait_for_end_of(figures.number)
    assert not re.search(f"{QT}|Error|Traceback", figures.text())
    check_left(figures)


def test_ctrl_c_after_the_window_was_closed_under_a_loop(figures: GShell, display: XServer) -> None:
    figures.run("made = figure(); line, = plt.plot([1, 2, 3])")
    figures.submit("print('be' 'gun')\nwhile True: line.set_ydata(np.random.rand(3)); made.canvas.draw_idle()\n")
    figures.wait_for("^begun$")
    display.close_by_hand("Figure 1")
    figures.press("c-c")
    figures.wait_for_end_of(figures.number)
    assert len(re.findall("^KeyboardInterrupt", figures.text(), re.MULTILINE)) == 1
    # The traceback of the last exception keeps what it was about.
    figures.run("del made, line; 1 / 0")
    check_left(figures)
    assert not re.search(QT, figures.text())


def test_out_lets_go_of_closed_figures(figures: GShell) -> None:
    """What plots show at the prompt keeps no figure that was closed, but other values stay."""
    figures.run("kept = figure(); kept_lines = plt.plot([1])")
    for cell in (
        "plt.plot([1, 2])",
        "plt.subplots(2, 2)",
        "plt.hist(np.arange(9))",
        "plt.plot([1], label='a'); plt.legend()",
        "plt.imshow(np.eye(3)); plt.colorbar()",
        "{'all': [plt.text(0, 0, 'a')]}",
    ):
        figures.run("_ = figure()")
        figures.run(cell)
        number = figures.number
        assert figures.value(f"{number} in Out") == "True", cell
        figures.run("plt.close()")
        assert figures.value(f"{number} in Out") == "False", cell
    assert figures.value("[1, 2, 3]") == "[1, 2, 3]"
    figures.run("plt.close(kept)")
    assert figures.value(f"Out[{figures.number - 1}]") == "[1, 2, 3]"

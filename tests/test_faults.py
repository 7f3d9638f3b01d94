"""Faults from outside, and from callbacks, at the worst moment: the session goes on, or ends within seconds."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import Start
from tests.terminal import ROOT, GShell, Terminal, wait_until
from tests.xserver import XServer

pytestmark = pytest.mark.own_shell

DRAWS = """
import time
from matplotlib.artist import Artist
class Slow(Artist):
    def draw(self, renderer):
        with open('drawing', 'w'): pass
        end = time.monotonic() + length
        while time.monotonic() < end: pass

length = 0.01
_ = plot([1, 2]), gca().add_artist(Slow())
"""


def submit_and_draw(shell: GShell, cell: str, home: Path) -> None:
    """Submit a cell, and wait until the figure is being drawn for it."""
    shell.wait_for_prompt()
    (home / "drawing").unlink(missing_ok=True)
    shell.submit(cell)
    wait_until((home / "drawing").exists, "a draw")


BUSY = {
    "a command": "while True: print('line')\n",
    "C code": "__import__('ctypes').CDLL(None).sleep(1000)",
    "a draw": "length = 3; gcf().canvas.draw_idle()",
    "a draw in the command": "length = 3; gcf().canvas.draw()",
    "a dialog": "on_gui(QtWidgets.QMessageBox.information, None, 'title', 'a question')",
    "a dialog of a callback": "QtCore.QTimer.singleShot(0, lambda: QtWidgets.QMessageBox.about(None, 'title', 'text'))",
}


OFTEN = ("a command", "a draw", "a dialog")


@pytest.mark.parametrize(
    "what", [each if each in OFTEN else pytest.param(each, marks=pytest.mark.stress) for each in BUSY]
)
def test_terminal_hung_up(plots: GShell, display: XServer, home: Path, what: str) -> None:
    """The process ends, wherever it is."""
    plots.run(DRAWS)
    plots.run("from gshell import on_gui; from PyQt5 import QtCore, QtWidgets")
    window = display.wait_for_window("Figure 1")
    if "draw" in what:
        submit_and_draw(plots, BUSY[what], home)
    else:
        plots.submit(BUSY[what])
    if "dialog" in what:
        display.wait_for_window("title")
    plots.hang_up()
    wait_until(lambda: not plots.process.isalive(), "the end of the process")
    wait_until(lambda: window not in display.windows(), "the end of its window")


def test_stopped_and_continued(plots: GShell, display: XServer, home: Path) -> None:
    """At the prompt, in a command, in a draw."""
    plots.run(DRAWS)
    display.wait_for_window("Figure 1")
    for what in ("a draw", "a command", "the prompt"):
        if what == "a command":
            plots.submit("print('be' 'gun')\nwhile True: pass\n")
            plots.wait_for("^begun$")
        elif what == "a draw":
            submit_and_draw(plots, "length = 1; gcf().canvas.draw_idle()", home)
        for _ in range(3):
            os.kill(plots.pid, signal.SIGSTOP)
            wait_until(lambda: psutil.Process(plots.pid).status() == psutil.STATUS_STOPPED, "it to be stopped")
            os.kill(plots.pid, signal.SIGCONT)
        if what == "a command":
            plots.press("c-c")
        if what != "the prompt":  # the draw may have been of the cell before
            plots.wait_for_end_of(plots.number)
        if what == "a command":
            assert plots.text().count("\nKeyboardInterrupt") == 1
        assert plots.value("6 * 7") == "42", what
        plots.run("length = 0.01")
    assert plots.end() == 0


CALLBACKS = {
    "RecursionError": "def f(event): f(event)\n",
    "an event in an event": "def f(event): c.callbacks.process('button_press_event', event)\n",
    "MemoryError": "def f(*_): bytearray(10 ** 15)\n",
    "exit": "def f(*_): raise SystemExit\n",
}


def test_callbacks(plots: GShell, display: XServer) -> None:
    plots.run("_ = plot([1, 2]); c = gcf().canvas")
    window = display.wait_for_window("Figure 1")
    for what, cell in CALLBACKS.items():
        plots.run(cell)
        plots.run("ids = [c.mpl_connect('button_press_event', f)]")
        for _ in range(2):
            display.click(window, 0.5, 0.5)
            assert plots.value("6 * 7") == "42", what
        plots.run("_ = [c.mpl_disconnect(each) for each in ids]")
        plots.run("drawn = []; ids = [c.mpl_connect('draw_event', drawn.append)]; _ = gca().set_title('title')")
        wait_until(lambda: plots.value("len(drawn) > 0") == "True", f"a draw after {what}")
        plots.run("_ = c.mpl_disconnect(ids[0])")
    assert plots.end() == 0


def test_draws_in_a_draw(plots: GShell) -> None:
    """As in plain matplotlib: each is done at once, within the other, and Python's limit ends those without an end."""
    plots.run("fig = figure(); line, = plot([1, 2]); c = fig.canvas; c.flush_events(); drawn = []")
    plots.run("f = lambda event: (drawn.append(1), len(drawn) % 4 and c.draw()); _ = c.mpl_connect('draw_event', f)")
    assert plots.value("len(drawn) % 4") == "0"  # there may have been one as it was connected
    plots.run("drawn.clear(); c.draw()")
    assert plots.value("len(drawn)") == "4"
    plots.run("line.set_color('red')")
    wait_until(lambda: plots.value("len(drawn)") == "8", "a draw that nobody has asked for")


FULL = 2**20


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A disk of 1 MiB in the place of the history."""
    place = home / ".local" / "state"
    place.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FULL}", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mount needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount")
@pytest.mark.parametrize("when", ["at the start", "in the session"])
def test_disk_of_the_history_is_full(start: Start, small_disk: Path, when: str) -> None:
    """One line says so; the session goes on, with what was typed; and nothing of before is lost."""
    first = start("--no-gui")
    first.run("kept = 1")
    assert first.end() == 0
    shell = start("--no-gui", prompt=False) if when == "in the session" else None
    if shell is not None:
        shell.wait_for_prompt()
    with open(small_disk / "else", "wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
    if shell is None:
        shell = start("--no-gui")
    for number in range(3):
        shell.run(f"x = {number}, '{'x' * 2000}'")
    assert shell.run("%history -l 1").count("x") >= 2000
    assert len(re.findall("history is not kept", shell.text())) <= 1
    assert "Traceback" not in shell.text()
    assert shell.end() == 0
    (small_disk / "else").unlink()
    last = start("--no-gui")
    assert "kept = 1" in last.run("%history -l 100")


def test_files_may_not_grow(home: Path) -> None:
    """`ulimit -f`: a write that is too long is an error like a full disk's."""
    command = f"ulimit -f 16; exec {sys.executable} -m gshell --no-gui"
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    with Terminal(["sh", "-c", command], env=env, cwd=home) as terminal:
        for number in range(1, 12):
            terminal.wait_for(rf"^In \[{number}\]:$")
            terminal.type(f"\x1b[200~x = {number}, '{'x' * 3000}'\x1b[201~\r")  # pasted
        terminal.wait_for(r"^In \[12\]:$")
        terminal.type("x[0] * 6 * 7\r")
        terminal.wait_for(r"^Out\[12\]: 462$")
        terminal.wait_for(r"^In \[13\]:$")
        terminal.type("exit\r")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.text()


MONITORING = {
    "M = sys.monitoring; E = M.events; M.use_tool_id(3, 'mine'); M.set_events(3, E.LINE | E.PY_START | E.CALL); "
    "_ = [M.register_callback(3, each, count) for each in (E.LINE, E.PY_START, E.CALL)]": "M.free_tool_id(3)",
    "ids = [n for n in range(6) if M.get_tool(n) is None]; _ = [M.use_tool_id(n, 'mine') for n in ids]": (
        "_ = [M.free_tool_id(n) for n in ids]"
    ),
}
HOOKS = {
    **(MONITORING if sys.version_info >= (3, 12) else {}),
    "sys.settrace(count)": "sys.settrace(None)",
    "threading.settrace(count)": "threading.settrace(None)",
    "sys.setprofile(count)": "sys.setprofile(None)",
}


def test_hooks_of_the_user(plots: GShell, display: XServer) -> None:
    """Which look at everything, as debuggers and coverage tools do: figures and Ctrl-C work as ever."""
    plots.run("import sys, threading, time; seen = [0]\ndef count(*_):\n    seen[0] += 1\n    return count\n\n")
    for hook, undo in HOOKS.items():
        plots.run(hook)
        plots.run("_ = plot([1, 2])")
        assert "Error" not in plots.text(), hook
        display.wait_for_window("Figure 1")
        for cell in ("time.sleep(1000)\n", "while True: pass\n"):
            plots.stop_when_begun(cell)
            assert plots.text().count("\nKeyboardInterrupt") == 1, hook
            plots.clear()
        assert plots.value("6 * 7") == "42"
        plots.run(undo)
        plots.run("close('all')")
    assert plots.end() == 0

"""The terminal's mode after a shell that had no time to put it back."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.terminal import ROOT, GShell, Terminal, wait_until

pytestmark = pytest.mark.own_shell


def guard_of(pid: int) -> psutil.Process | None:
    """The process that watches over the terminal of gshell; None if there is none (any more, or yet)."""
    terminal = os.readlink(f"/proc/{pid}/fd/0")
    for process in psutil.process_iter():
        try:
            is_one = process.cmdline()[1:4] == ["-I", "-S", "-c"] and process.pid == os.getsid(process.pid)
            if is_one and os.readlink(f"/proc/{process.pid}/fd/1") == terminal:
                return process
        except (psutil.Error, OSError):
            pass  # it has just ended
    return None


def wait_for_guard(pid: int) -> psutil.Process:
    """The same, once it is there."""
    found: list[psutil.Process | None] = []

    def look() -> bool:
        found[:] = [guard_of(pid)]
        return found[0] is not None

    wait_until(look, "the process that watches over the terminal")
    assert found[0] is not None
    return found[0]


@pytest.fixture
def outer(home: Path) -> Iterator[Terminal]:
    """A shell that does not put the terminal's mode back by itself, as bash does."""
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PS1": "outer> "}
    with Terminal(["sh", "-i"], env=env, cwd=home) as terminal:
        terminal.wait_for("^outer>$")
        yield terminal


def begin(outer: Terminal) -> tuple[int, psutil.Process]:
    """Start gshell; return its process id, and the process that watches over its terminal."""
    outer.type(f"clear; {sys.executable} -m gshell --no-gui\r")
    outer.wait_for(r"^In \[1\]:$")
    pid = psutil.Process(outer.pid).children()[0].pid
    return pid, wait_for_guard(pid)


def mode(outer: Terminal) -> list[object]:
    return termios.tcgetattr(outer.process.fd)


def ends_well(outer: Terminal, before: list[object], guard: psutil.Process) -> None:
    wait_until(lambda: outer.cursor_line().endswith("outer>"), "the outer shell")
    wait_until(lambda: mode(outer) == before, "the terminal's ordinary mode")
    wait_until(lambda: not guard.is_running(), "the end of the other process")


DEATHS = {
    "at the prompt": "",
    "in a command": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\r",
    "in C code": "import ctypes; ctypes.string_at(0)\r",
    "by abort()": "import ctypes; ctypes.CDLL(None).abort()\r",
    "beside a forked child": "import os, time; 0 if os.fork() == 0 else os.kill(os.getpid(), 9); time.sleep(1000)\r",
}


def test_killed_shell_leaves_an_ordinary_terminal(outer: Terminal) -> None:
    before = mode(outer)
    for death, typed in DEATHS.items():
        pid, guard = begin(outer)
        assert mode(outer) != before, death
        shown = len(outer.raw)
        if typed:
            outer.type(typed)
        else:
            os.kill(pid, signal.SIGKILL)
        ends_well(outer, before, guard)
        wait_until(lambda shown=shown: b"\x1b[?2004l" in outer.raw[shown:], "no bracketed paste")  # type: ignore[misc]


def test_other_modes_are_left_alone(outer: Terminal) -> None:
    """What is somebody else's by then: a program's that the shell has started, or the user's code's."""
    before = mode(outer)
    _, guard = begin(outer)
    outer.type("import os, tty; tty.setcbreak(0); os.kill(os.getpid(), 9)\r")
    wait_until(lambda: not guard.is_running(), "the end of the other process")
    assert mode(outer) != before
    termios.tcsetattr(outer.process.fd, termios.TCSANOW, before)  # type: ignore[arg-type]
    outer.type("\r")
    pid, guard = begin(outer)
    outer.type("import subprocess; subprocess.run(['sh', '-c', 'stty raw; echo be''gun; sleep 1000'])\r")
    outer.wait_for("^ *begun")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not guard.is_running(), "the end of the other process")
    assert mode(outer) != before


def test_ordinary_end_ends_the_guard(outer: Terminal) -> None:
    before = mode(outer)
    _, guard = begin(outer)
    outer.type("exit\r")
    ends_well(outer, before, guard)


PIPES = """
def pipes():
    for fd in os.listdir('/proc/self/fd'):
        try:
            yield os.readlink(f'/proc/self/fd/{fd}')
        except OSError:  # the one of listdir()
            pass
"""


def test_nobody_meets_the_guard(shell: GShell) -> None:
    """It is no child, in no job of the terminal's, and no descriptor of its pipe outlives a fork or an exec."""
    guard = wait_for_guard(shell.pid)
    wait_until(lambda: not shell.children(), "the end of the one that has begun it")
    shell.run("import os; os.wait()")
    assert "ChildProcessError" in shell.text()
    shell.run("import os, signal; os.killpg(0, signal.SIGWINCH)")
    assert os.getpgid(guard.pid) == guard.pid
    os.kill(guard.pid, signal.SIGTERM)  # as a whole group may be told, by `kill`
    pipe = os.readlink(f"/proc/{guard.pid}/fd/0")
    shell.run(PIPES)
    assert shell.value(f"{pipe!r} in pipes()") == "True"
    shell.run(f"if os.fork() == 0: os._exit(3 + ({pipe!r} in pipes()))\n")
    assert shell.value("os.waitstatus_to_exitcode(os.wait()[1])") == "3"
    assert guard.is_running()


def test_one_closed_descriptor_too_many(shell: GShell) -> None:
    """The user's code closes one that is not its own: that is not the end of the shell."""
    guard = wait_for_guard(shell.pid)
    pipe = os.readlink(f"/proc/{guard.pid}/fd/0")
    ours = [fd for fd in os.listdir(f"/proc/{shell.pid}/fd") if os.readlink(f"/proc/{shell.pid}/fd/{fd}") == pipe]
    for fd in ours[:-1]:
        shell.run(f"import os; os.close({fd})")
    assert shell.value("6 * 7") == "42"
    assert guard.is_running()
    os.kill(shell.pid, signal.SIGKILL)
    shell.wait()
    wait_until(lambda: not guard.is_running(), "the end of the other process")

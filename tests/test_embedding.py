"""embed(): the console in the middle of a program, in each of the three ways to run that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.terminal import ROOT, GShell, wait_until
from tests.xserver import XServer

Program = Callable[..., GShell]

WAYS = ["prompt", "script", "python"]
"""Run by `run` at the prompt, by `gshell script.py`, and by `python script.py`."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def program(start: Start, tmp_path: Path, way: str) -> Program:
    """A function that runs a program, up to its first embedded prompt."""

    def run(source: str, *options: str) -> GShell:
        path = tmp_path / "program.py"
        path.write_text(f"import gshell\n{source}")
        if way == "prompt":
            shell = start(*(options or ["--no-gui"]))
            shell.submit(f"run {path}")
            wait_until(lambda: shell.prompt_number() == 2, "the embedded prompt")
            return shell
        if way == "script":
            return start(*(options or ["--no-gui"]), str(path))
        return start(program=[str(path)])

    return run


def wait_for_colour(display: XServer, window: str, colour: tuple[int, int, int]) -> None:
    """Wait until much of a window has this colour."""

    def look() -> bool:
        colours = display.picture(window).convert("RGB").getcolors(1 << 24) or []
        return any(count > 10_000 and each == colour for count, each in colours)

    wait_until(look, f"{colour} on the screen")


def leave(shell: GShell) -> None:
    """Leave the embedded prompt."""
    shell.wait_for_prompt()
    shell.press("c-d")


def test_the_names_of_a_module(program: Program) -> None:
    shell = program(
        "total, In = 1, 'mine'\n"
        "gshell.embed('a header')\n"
        "print('total', total, 'new', new, In, 'Out' in globals(), '_' in globals(), '_i' in globals())\n"
        "print('end', sum(map(double, [1, 2])))\n"
    )
    shell.wait_for("^a header$")
    assert shell.run("total + 1").endswith(": 2")
    shell.run("total = 41; new = _")
    shell.run("def double(x):\n    return 2 * x * total\n")
    leave(shell)
    shell.wait_for("^total 41 new 2 mine False False False$")
    shell.wait_for("^end 246$")


def test_the_variables_of_a_function(program: Program) -> None:
    shell = program(
        "count = 0\n"
        "def step():\n"
        "    global count\n"
        "    count += 1\n"
        "def work(n, *, factor=3):\n"
        "    local, unchanged = n * 2, [1]\n"
        "    inner = lambda: local\n"
        "    gshell.embed()\n"
        "    print('local', local, inner(), n, unchanged, 'new' in globals(), count)\n"
        "work(21)\n"
    )
    assert shell.run("[local + n + factor for _ in range(2)]").endswith(": [66, 66]")
    shell.run("def f():\n    return local, n\n")
    assert shell.run("f()").endswith(": (42, 21)")
    shell.run("local = 'changed'; new = 1; unchanged.append(2)")
    assert shell.run("f(), inner()").endswith(": (('changed', 21), 'changed')")
    shell.run("step(); step()")
    assert shell.run("count").endswith(": 2")
    leave(shell)
    shell.wait_for(r"^local changed changed 21 \[1, 2\] False 2$")


def test_interrupted_cells(program: Program) -> None:
    shell = program("x = 1\ngshell.embed()\nprint('went on', x)\n")
    for cell in ("import time; time.sleep(60)", "[0 for _ in iter(int, 1)]", "input()"):
        shell.submit(f"x += 1; print('begun'); {cell}")
        number = shell.number
        wait_until(lambda: "begun" in shell.output(number).splitlines(), "its begin")  # noqa: B023
        shell.press("c-c")
        shell.wait_for_end_of(number)
        assert shell.output(number).count("KeyboardInterrupt") == 1
    assert shell.value("x") == "4"
    leave(shell)
    shell.wait_for("^went on 4$")


def test_the_program_has_its_own_ctrl_c_again(program: Program) -> None:
    shell = program(
        "import time\n"
        "gshell.embed()\n"
        "try:\n"
        "    print('sleeps', flush=True)\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    print('caught')\n"
        "print('more')\n"
    )
    leave(shell)
    shell.wait_for_call("sleeps")
    shell.press("c-c")
    shell.wait_for("caught$")  # behind "^C" where the terminal is the program's again
    shell.wait_for("^more$")


def test_what_is_typed_is_the_shells_language(program: Program) -> None:
    shell = program("def answer():\n    'The answer.'\ngshell.embed()\n")
    assert "The answer." in shell.run("answer?")
    assert shell.run("!echo from sh") == "from sh"
    assert "Traceback" in shell.run("1/0")
    shell.run("import sys")
    assert shell.run("%xmode minimal").startswith("Tracebacks are minimal")
    assert "ZeroDivisionError" in shell.run("1/0")
    shell.type("sys.setrecur")
    shell.press("tab")
    shell.wait_for("sys.setrecursionlimit$")
    shell.press("c-c")
    shell.type("name = input('who? ')\r")
    shell.wait_for(r"^who\?")
    shell.type("me\r")
    shell.wait_for_prompt()
    assert shell.value("name") == "'me'"


def test_again_and_again(program: Program) -> None:
    shell = program("for i in range(20):\n    gshell.embed()\nprint('the end')\n")
    for i in range(20):
        assert shell.value("i") == str(i)
        number = shell.wait_for_prompt()
        shell.type("exit\r")
        if i < 19:
            shell.wait_for_end_of(number)
    shell.wait_for("^the end$")


def test_one_within_another(program: Program) -> None:
    shell = program("def f(depth):\n    gshell.embed()\n    print('back from', depth)\nf(1)\n")
    shell.submit("f(2)")
    shell.wait_for_end_of(shell.number)
    assert shell.value("depth") == "2"
    number = shell.wait_for_prompt()
    leave(shell)
    shell.wait_for("^back from 2$")
    wait_until(lambda: shell.prompt_number() >= number, "the outer prompt")
    assert shell.value("depth") == "1"
    leave(shell)
    shell.wait_for("^back from 1$")


def test_the_session_goes_on(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import gshell\nx = 'of the script'\ngshell.embed()\ny = x\n")
    shell = start("--no-gui")
    shell.run("x = z = 'of the session'")
    shell.submit(f"run {path}")
    wait_until(lambda: shell.prompt_number() == 3, "the embedded prompt")
    assert shell.value("x") == "'of the script'"
    assert "NameError" in shell.run("z")
    shell.submit("exit")
    shell.wait_for_end_of(shell.number)
    assert shell.value("x, y, z") == "('of the script', 'of the script', 'of the session')"
    assert shell.value("In[3]") == "'x'"
    assert shell.end() == 0


def test_the_process_is_as_it_was(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import builtins, os, pdb, signal, subprocess, sys, threading, time, gshell\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('terminated'))\n"
        "def state():\n"
        "    hooks = [getattr(sys, name) for name in dir(sys) if name.endswith('hook')]\n"
        "    own = [vars(each).copy() for each in (builtins, pdb, os, subprocess.Popen, signal)]\n"
        "    handlers = [signal.getsignal(n) for n in range(1, signal.SIGRTMAX)]\n"
        "    fd = signal.set_wakeup_fd(-1)\n"
        "    signal.set_wakeup_fd(fd)\n"
        "    streams = sys.stdin, sys.stdout, sys.stderr\n"
        "    threads = [each.name for each in threading.enumerate() if each.name != 'completion']\n"
        "    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
        "    return [hooks, own, handlers, fd, streams, mask, threads, sys.modules['__main__']]\n"
        "def files():  # completion may be about to load a module\n"
        "    return min(len(os.listdir('/proc/self/fd')) for _ in range(50) if not time.sleep(0.02))\n"
        "before = state()\n"
        "gshell.embed()\n"
        "print('same', [a == b for a, b in zip(before, state())])\n"
        "open_files = files()\n"
        "gshell.embed()\n"
        "print('files', files() - open_files)\n"
    )
    shell = start(program=[str(path)])
    shell.run("import numpy")
    shell.run("print(1); 1/0")
    leave(shell)
    shell.wait_for(r"^same \[True(, True)*\]$")
    leave(shell)
    shell.wait_for("^files 0$")
    assert shell.wait() == 0


def test_no_thread_of_completion_is_left(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import threading, time, gshell\n"
        "def left():\n"
        "    return [each for each in threading.enumerate() if each.name == 'completion']\n"
        "for _ in range(3):\n"
        "    gshell.embed()\n"
        "end = time.monotonic() + 60\n"
        "while left() and time.monotonic() < end:\n"
        "    time.sleep(0.02)\n"
        "print('left', len(left()))\n"
    )
    shell = start(program=[str(path)])
    for _ in range(3):
        wait_until(lambda: shell.value("len(left())") != "0", "a thread that imports what completion needs")
        leave(shell)
    shell.wait_for("^left 0$")
    assert shell.wait() == 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program(program: Program, way: str, signum: signal.Signals) -> None:
    shell = program("gshell.embed()\nprint('not reached')\n")
    os.kill(shell.pid, signum)
    assert shell.wait() == (-signum if way == "python" else 128 + signum)
    assert "not reached" not in shell.text()


def test_a_cell_that_does_not_stop(program: Program, way: str, tmp_path: Path) -> None:
    shell = program("x = 1\ngshell.embed()\nprint('left')\n")
    os.mkfifo(tmp_path / "unlock")
    shell.run("import ctypes, threading; libc = ctypes.CDLL(None); mutex = ctypes.create_string_buffer(64)")
    shell.run(f"unlock = lambda: open({str(tmp_path / 'unlock')!r}).read() and libc.pthread_mutex_unlock(mutex)")
    shell.run("threading.Thread(target=unlock, daemon=True).start()")
    shell.submit("libc.pthread_mutex_lock(mutex); print('begun'); x = 2; libc.pthread_mutex_lock(mutex); x = 3")
    shell.wait_for_call()
    shell.press("c-c")
    said = shell.wait_for("in C code, does not answer Ctrl-C(.*)$")[1]
    assert (
        said
        == {
            "prompt": "; press it once more to abandon it",
            "script": "; press it once more to end the program",
            "python": "",
        }[way]
    )
    (tmp_path / "unlock").write_text("now")
    shell.wait_for_end_of(shell.number)
    assert shell.output(shell.number).count("KeyboardInterrupt") == 1
    assert shell.value("x") == "2"
    leave(shell)
    shell.wait_for("^left$")


def test_it_is_abandoned_with_the_script(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import gshell\nx = 1\ndef f():\n    gshell.embed()\n    print('left')\nf()\n")
    shell = start("--no-gui")
    shell.submit(f"run {path}")
    wait_until(lambda: shell.prompt_number() == 2, "the embedded prompt")
    shell.run("import ctypes; lock = ctypes.CDLL(None).pthread_mutex_lock; mutex = ctypes.create_string_buffer(64)")
    shell.submit("lock(mutex); print('begun'); lock(mutex)")
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("press it once more to abandon it")
    shell.press("c-c")
    wait_until(lambda: shell.prompt_number() == 4, "the session's own prompt")
    assert shell.value("x") == "1"
    assert "NameError" in shell.run("mutex")
    assert "left" not in shell.lines()
    shell.submit(f"run {path}")
    wait_until(lambda: shell.prompt_number() == 7, "another embedded prompt")
    assert shell.value("x") == "1"
    leave(shell)
    shell.wait_for("^left$")
    assert shell.end() == 0


def test_without_a_terminal(tmp_path: Path) -> None:
    code = "import gshell\ntry: gshell.embed()\nexcept RuntimeError as error: print(error)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        input="x\n",
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )
    assert result.stdout == "embed() needs a terminal: standard input or output is none\n"
    assert result.stderr == ""


def test_in_another_thread(program: Program) -> None:
    shell = program("gshell.embed()\n")
    shell.run("import threading, gshell")
    output = shell.run("t = threading.Thread(target=gshell.embed); t.start(); t.join()")
    assert "RuntimeError: embed() in another thread than the main thread" in output


def test_figures(display: XServer, program: Program) -> None:
    shell = program(
        "import matplotlib\n"
        "matplotlib.use('qtagg')\n"
        "import matplotlib.pyplot as plt\n"
        "def work():\n"
        "    fig, ax = plt.subplots(num='of the script')\n"
        "    gshell.embed()\n"
        "work()\n"
        "print('interactive', plt.isinteractive())\n",
        "--qt",
    )
    shell.run("ax.set_facecolor('red'); fig.show()")
    window = display.wait_for_window("of the script")
    wait_for_colour(display, window, (255, 0, 0))
    shell.run("ax.set_facecolor('blue');")
    wait_for_colour(display, window, (0, 0, 255))
    shell.run("plt.figure('another');")
    display.wait_for_window("another")
    leave(shell)
    shell.wait_for("^interactive False$")

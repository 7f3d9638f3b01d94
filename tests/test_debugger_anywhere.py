"""The debugger: with the shell's own editor, after a figure as before; in threads and callbacks, each in its turn."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from gshell.shell.debugger import Debugger
from gshell.shell.debugger_completion import completions
from tests.terminal import GShell, gshell, wait_until

WORK = """\
def work(n):
    total = n
    breakpoint()
    total += 1
    print('total', total)
"""


def asks(shell: GShell) -> None:
    wait_until(lambda: shell.cursor_line() == "(Pdb)" or not shell.alive(), "the debugger's prompt")
    assert shell.alive()


def line(shell: GShell, text: str) -> None:
    wait_until(lambda: shell.cursor_line() == f"(Pdb) {text}".rstrip(), f"{text!r} in the line")


def go_on(shell: GShell, total: int) -> None:
    asks(shell)
    shell.type("c\r")
    # Maybe behind the last line of the next thread's: two threads print, each its line and then its end.
    shell.wait_for(f"total {total}$")


# Editing.


def test_the_shells_own_editor_after_a_figure(plots: GShell) -> None:
    plots.run("plt.plot([1, 2]); alphabet = 'abc'")
    plots.submit("breakpoint(); 1")
    asks(plots)
    plots.type("p alpha\t")
    line(plots, "p alphabet")
    plots.type("\r")
    plots.wait_for("^'abc'$")
    asks(plots)
    plots.type("p 1 + 2")
    line(plots, "p 1 + 2")
    plots.press("left")
    plots.type("1\r")
    plots.wait_for("^13$")
    asks(plots)
    for expected in ("p 1 + 12", "p alphabet"):
        plots.press("up")
        line(plots, expected)
    plots.press("c-c")
    plots.wait_for("^--KeyboardInterrupt--$")
    asks(plots)
    plots.type("p 'in' 'side'")
    line(plots, "p 'in' 'side'")
    assert b"\x1b[" in plots.raw.rpartition(b"p ")[2]  # in colour
    plots.press("c-c")
    asks(plots)
    plots.press("c-d")
    plots.wait_for_prompt()
    assert plots.value("6 * 7") == "42"


def test_input_is_edited_after_a_figure(plots: GShell) -> None:
    plots.run("plt.plot([1, 2])")
    plots.submit("answer = input('? ')")
    plots.wait_for(r"^\?$")
    plots.type("abd")
    wait_until(lambda: plots.cursor_line() == "? abd", "what is typed")
    plots.press("left")
    plots.type("c\x01>\r")
    assert plots.value("answer") == "'>abcd'"
    plots.submit("input('? ')")
    wait_until(lambda: plots.cursor_line() == "?", "its prompt")
    plots.press("c-d")
    plots.wait_for("^EOFError")


def test_figures_live_on_at_the_debuggers_prompt(plots: GShell) -> None:
    plots.run("fig = plt.figure(); seen = []; timer = fig.canvas.new_timer(10)")
    plots.run("timer.add_callback(seen.append, 1)")
    plots.submit("breakpoint(); 1")
    asks(plots)
    plots.type("timer.start()\r")
    asks(plots)
    plots.type("count = len(seen); import time; time.sleep(0.5); print('mo' + 're' * (len(seen) > count))\r")
    plots.wait_for("^more$")
    plots.type("timer.stop()\r")
    asks(plots)
    plots.type("c\r")
    plots.wait_for_prompt()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whati", {"whatis"}),
        ("p loc", {"local"}),
        ("p self.", {"value"}),
        ("!loc", {"local"}),
        ("loc", {"local"}),
        ("pp pyte", {"pytest"}),
        ("x = loc", {"local"}),
        ("p data['", {"key']"}),
        ("help wher", {"where"}),
        ("", set()),
    ],
)
def test_what_can_follow(text: str, expected: set[str]) -> None:
    class Thing:
        def __init__(self) -> None:
            self.value = 1

    names = {"local": 1, "self": Thing(), "data": {"key": 1}}
    debugger = Debugger()
    frame = sys._getframe()
    found = {each.text for each in completions(debugger, frame, names, text, len(text))}
    assert expected <= found
    if len(expected) == 1 and "." not in text:
        assert all(each.strip("'\"]").startswith(re.split(r"[\s!'\"]", text)[-1]) for each in found)


# Threads and callbacks.

PLACES: dict[str, str] = {
    "a thread": "threading.Thread(target=work, args=[5]).start()",
    "a thread that is waited for": "t = threading.Thread(target=work, args=[5]); t.start(); t.join()",
    "a timer": "threading.Timer(0.1, work, [5]).start()",
    "a pool": "from concurrent.futures import ThreadPoolExecutor; ThreadPoolExecutor(1).submit(work, 5).result()",
    "a figure's callback": (
        "fig = plt.figure(); _ = fig.canvas.mpl_connect('close_event', lambda event: work(5)); plt.close(fig)"
    ),
    "a figure's timer": (
        "fig = plt.figure(); timer = fig.canvas.new_timer(50); timer.single_shot = True; "
        "timer.add_callback(work, 5); timer.start()"
    ),
    "on_gui": "import gshell; gshell.on_gui(lambda: work(5))",
    "a signal handler": (
        "import signal; _ = signal.signal(signal.SIGALRM, lambda *_: work(5)); signal.alarm(1); time.sleep(2)"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_breakpoint_anywhere(plots: GShell, place: str) -> None:
    plots.run("import threading, time")
    plots.run(WORK)
    plots.submit(PLACES[place])
    asks(plots)
    plots.type("p 'n', n\r")
    plots.wait_for(r"^\('n', 5\)$")
    asks(plots)
    plots.type("n\r")
    # From the call of breakpoint(), since Python 3.13, or from the line after it.
    code = "total += 1" if sys.version_info >= (3, 13) else "print('total', total)"
    plots.wait_for(f"^-> {re.escape(code)}$")
    go_on(plots, 6)
    plots.wait_for_prompt()
    assert plots.value("6 * 7") == "42"


def test_threads_wait_for_their_turn(shell: GShell) -> None:
    shell.run("import threading")
    shell.run(WORK)
    shell.submit("for i in range(10, 40, 10): threading.Thread(target=work, args=[i], name=f'T{i}').start()\n")
    seen = set()
    for _ in range(3):
        asks(shell)
        name = re.findall(r"^--Thread T(\d+)--$", shell.text(), re.MULTILINE)[-1]
        seen.add(name)
        shell.type("p n\r")
        shell.wait_for(f"^{name}$")
        go_on(shell, int(name) + 1)
    assert seen == {"10", "20", "30"}
    shell.wait_for_prompt()
    assert shell.value("6 * 7") == "42"


GONE_MEANWHILE = """
import linecache

class Cache(dict):
    def __getitem__(self, name):  # another thread has taken it out
        self.pop(name, None)
        raise KeyError(name)

linecache.cache = Cache({"gone.py": (1, 1.0, ["x"], "gone.py")})
linecache.checkcache()
linecache.cache = Cache({"gone.py": (1, 1.0, ["x"], "gone.py")})
linecache.getlines("gone.py")  # from 3.14 on it looks only once, and finds it
print("done")
"""


def test_sources_that_another_thread_looks_at_as_well(home: Path) -> None:
    """At a breakpoint, and for a traceback, Python looks whether files have changed, which two threads can't."""
    done = gshell("-c", GONE_MEANWHILE, home=home)
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_input_waits_for_the_debugger_of_a_thread(shell: GShell) -> None:
    shell.run("import threading; go, there = threading.Event(), threading.Event()")
    shell.run(WORK)
    shell.submit("threading.Thread(target=work, args=[1]).start(); go.wait(); there.set(); name = input('name? ')")
    asks(shell)
    shell.type("go.set(); there.wait()\r")
    asks(shell)
    shell.type("p 'still', n\r")
    shell.wait_for(r"^\('still', 1\)$")
    go_on(shell, 2)
    wait_until(lambda: shell.cursor_line() == "name?", "its prompt")
    shell.type("Ada\r")
    assert shell.value("name") == "'Ada'"


def test_lines_that_are_pasted_are_commands(shell: GShell) -> None:
    shell.submit("breakpoint(); 1")
    asks(shell)
    shell.type("\x1b[200~p 1 + 1\np 2 + 3\x1b[201~\r")
    shell.wait_for("^2\n5$")
    asks(shell)
    shell.press("c-d")
    shell.wait_for_prompt()


@pytest.mark.parametrize("begin", ["breakpoint(); 1", "threading.Thread(target=work, args=[1]).start()"])
def test_statements_of_several_lines(shell: GShell, begin: str) -> None:
    """In the worker and in a thread; typed, pasted, left by Ctrl-C and by Ctrl-D, and with an error."""
    shell.run("import threading")
    shell.run(WORK)
    shell.submit(begin)

    def more(behind: str) -> None:  # not that of the line before, which is there until the first key is shown
        wait_until(
            lambda: shell.cursor_line() == "..." and shell.cursor_line(above=1).endswith(behind),
            f"the prompt for more behind {behind}",
        )

    asks(shell)
    shell.type("for i in range(2):\r")
    more("for i in range(2):")
    shell.type("    print('item', i)\r")
    more("print('item', i)")
    shell.type("\r")
    shell.wait_for("^item 0\nitem 1$")
    asks(shell)
    shell.type("!x = [1,\r")
    more("!x = [1,")
    shell.type("     2]\r")
    asks(shell)
    shell.type("p x\r")
    shell.wait_for(r"^\[1, 2\]$")
    asks(shell)
    shell.type("\x1b[200~for i in range(2):\n    print('pasted', i)\n\x1b[201~\r")
    shell.wait_for("^pasted 0\npasted 1$")
    for key in ("c-c", "c-d"):
        asks(shell)
        shell.type("if True:\r")
        more("(Pdb) if True:")
        shell.press(key)
    asks(shell)
    shell.type("def f(:\r")
    shell.wait_for("SyntaxError")
    asks(shell)
    shell.type("c\r")
    shell.wait_for_prompt()
    assert "RuntimeError" not in shell.text()


def test_what_is_typed_at_the_prompt_is_not_for_the_debugger(shell: GShell, home: Path) -> None:
    shell.run("import os, threading, time")
    shell.run(WORK)
    shell.run("def later():\n    while not os.path.exists('go'): time.sleep(0.01)\n    work(1)\n")
    shell.run("threading.Thread(target=later).start()")
    shell.type("x = 'ty")
    wait_until(lambda: shell.cursor_line().endswith("x = 'ty"), "the keys at the prompt")
    (home / "go").touch()
    shell.wait_for("^--Thread")  # it has come there, and waits
    shell.type("ped'\r")
    go_on(shell, 2)
    shell.wait_for_prompt()
    assert shell.value("x") == "'typed'"


@pytest.mark.parametrize("key", ["c-d", "q"])
def test_a_debugger_in_a_thread_is_left_without_noise(shell: GShell, key: str) -> None:
    shell.run("import threading")
    shell.run(WORK)
    shell.submit("threading.Thread(target=work, args=[1]).start()")
    asks(shell)
    shell.press(key, "enter" if key == "q" else "")
    shell.wait_for_prompt()
    assert "BdbQuit" not in shell.text()
    assert "Exception in" not in shell.text()


def test_the_session_ends_beside_a_thread_that_waits(shell: GShell) -> None:
    shell.run("import threading")
    shell.run(WORK)
    shell.submit("threading.Thread(target=work, args=[1]).start()")
    asks(shell)
    os.kill(shell.pid, signal.SIGTERM)
    assert shell.wait() == 128 + signal.SIGTERM


def totals(program: GShell) -> list[str]:
    return re.findall(r"total (\d+)", program.text())  # threads may print into lines of others


MAINS = {
    "waits": "for t in ts: t.join()\nprint('end', 'of main')\n",
    "has ended": "print('end', 'of main')\n",
}


@pytest.mark.parametrize("main", MAINS)
def test_threads_of_a_script_without_a_prompt(home: Path, main: str) -> None:
    begin = (
        "import threading\nts = [threading.Thread(target=work, args=[i]) for i in (10, 20)]\n[t.start() for t in ts]\n"
    )
    (home / "script.py").write_text(WORK + begin + MAINS[main])
    with GShell("run", "--no-gui", "script.py", home=home, prompt=False) as program:
        for count in (1, 2):
            wait_until(lambda count=count: program.text().count("(Pdb)") == count, "the debugger's prompt")  # type: ignore[misc]
            program.type("c\r")
            # Maybe behind the prompt of the other one, whose turn it is.
            wait_until(lambda count=count: len(totals(program)) == count, "it to go on")  # type: ignore[misc]
        assert program.wait() == 0
        assert {*totals(program)} == {"11", "21"}


def test_callback_of_a_script_without_a_prompt(display: object, home: Path) -> None:
    (home / "script.py").write_text(
        WORK + "import matplotlib.pyplot as plt\nfig = plt.figure()\ntimer = fig.canvas.new_timer(50)\n"
        "timer.single_shot = True\ntimer.add_callback(lambda: (work(1), plt.close(fig)))\ntimer.start()\n"
        "plt.show(block=True)\n"
    )
    with GShell("run", "--qt", "script.py", home=home, prompt=False) as program:
        asks(program)
        program.type("p nn")
        program.press("left")
        program.type("\x7f\r")  # with readline, although a toolkit has been loaded
        program.wait_for("^1$")
        go_on(program, 2)
        assert program.wait() == 0

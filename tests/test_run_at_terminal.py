"""`gshell run` and `gshell -c` at a terminal: the prompt beside the script, and the job control of the shell around."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, wait_until

GSHELL = f"{shlex.quote(sys.executable)} -m gshell"

LOOP = """
import time
def work():
    go_on, i = True, 0
    while go_on:
        i += 1
        if i % 40 == 0:
            print("step", i // 40, flush=True)
        time.sleep(0.01)
    print("left", "the loop")
work()
"""


@pytest.fixture
def bash(home: Path) -> Iterator[Terminal]:
    """A shell with job control, where gshell is started from."""
    (home / "loop.py").write_text(LOOP)
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PS1": "$ "}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=env, cwd=home) as terminal:
        terminal.wait_for(r"^\$$")
        yield terminal


def wait_for_step(bash: Terminal) -> None:
    """Until the loop has gone on for a while."""
    steps = len(re.findall(r"^step \d+$", bash.text(), re.MULTILINE))
    wait_until(lambda: len(re.findall(r"^step \d+$", bash.text(), re.MULTILINE)) > steps + 1, "the next step")


def open_beside(bash: Terminal) -> None:
    bash.press("c-g")
    wait_until(lambda: bash.cursor_line().rstrip() == "beside>", "the prompt beside the script")


def test_look_change_and_what_runs_then(bash: Terminal) -> None:
    bash.type(f"{GSHELL} run loop.py\r")
    wait_for_step(bash)
    open_beside(bash)
    bash.type("i > 40, 6 * 7\r")
    bash.wait_for(r"^\(True, 42\)$")
    bash.type("%then print('after', 'it')\r")
    bash.wait_for("^then 1: ")
    bash.type("go_on = False\r")
    bash.wait_for("^left the loop$")
    bash.wait_for("^after it$")
    wait_until(lambda: bash.cursor_line().rstrip() == "$", "the system's shell")
    bash.type("echo status $?\r")
    bash.wait_for("^status 0$")


@pytest.mark.parametrize("how", ["c-c", "%stop"])
def test_stop(bash: Terminal, how: str) -> None:
    bash.type(f"{GSHELL} run loop.py\r")
    wait_for_step(bash)
    if how == "c-c":
        bash.press("c-c")
    else:
        open_beside(bash)
        bash.type("%then 6 * 7\r%stop\r")
    bash.wait_for("^KeyboardInterrupt$")
    wait_until(lambda: bash.cursor_line().rstrip() == "$", "the system's shell")
    bash.type("echo status $?\r")
    bash.wait_for("^status 130$")
    if how == "%stop":
        assert re.search(r"^gshell: dropped by Ctrl-C: 6 \* 7$", bash.text(), re.MULTILINE), "no prompt brings it back"


def test_looks_are_in_the_next_session_s_history(bash: Terminal) -> None:
    bash.type(f"{GSHELL} run loop.py\r")
    wait_for_step(bash)
    open_beside(bash)
    bash.type("'look' 'ed', i > 0\r")
    bash.wait_for(r"^\('looked', True\)$")
    bash.type("go_on = False\r")
    wait_until(lambda: bash.cursor_line().rstrip() == "$", "the system's shell")
    bash.type(f"{GSHELL} --no-gui\r")
    wait_until(lambda: bash.cursor_line().startswith("In [1]:"), "the prompt")
    bash.press("up", "up")
    wait_until(lambda: bash.cursor_line().rstrip() == "In [1]: 'look' 'ed', i > 0", "what was typed there")


def test_what_was_typed_ahead_is_for_the_system_shell(bash: Terminal) -> None:
    bash.type(f'{GSHELL} -c \'import time; print("be" "gun"); time.sleep(1)\'\r')
    bash.wait_for("^begun$")
    bash.type("echo $((40 + 2)) is the answer\r")
    # Where the kernel does not let us, it is said.
    bash.wait_for(r"^(42 is the answer|gshell: typed meanwhile, for nobody: echo \$\(\(40 \+ 2\)\).*)$")


def test_what_was_typed_for_the_system_shell_before_is_no_python(bash: Terminal) -> None:
    bash.type(f"{GSHELL} run loop.py\r")
    wait_for_step(bash)
    bash.type("echo $((40 + 2)) is it\r")
    wait_for_step(bash)
    open_beside(bash)
    bash.type("go_on = False\r")
    bash.wait_for(r"^(42 is it|gshell: typed meanwhile, for nobody: echo \$\(\(40 \+ 2\)\).*)$")
    assert "SyntaxError" not in bash.text()


def test_input_and_the_debugger(bash: Terminal, home: Path) -> None:
    (home / "asks.py").write_text("name = input('who? ')\nprint('hello', name)\nbreakpoint()\nprint('end', 'of it')\n")
    bash.type(f"{GSHELL} run asks.py\r")
    bash.wait_for(r"^who\?")
    bash.type("you\r")
    bash.wait_for("^hello you$")
    wait_until(lambda: bash.cursor_line().rstrip() == "(Pdb)", "the debugger")
    bash.type("p name.upp\t")
    wait_until(lambda: bash.cursor_line().rstrip() == "(Pdb) p name.upper", "the completion")
    bash.type("()\r")
    bash.wait_for("^'YOU'$")
    bash.type("c\r")
    bash.wait_for("^end of it$")


def test_stopped_and_in_the_background(bash: Terminal) -> None:
    """It never takes the terminal from another job, nor is it stopped for wanting to; and it has it again with fg."""
    bash.type(f"{GSHELL} run loop.py\r")
    wait_for_step(bash)
    bash.press("c-z")
    bash.wait_for("Stopped")
    bash.type("bg\r")
    wait_for_step(bash)
    bash.type("stty -a | tr ' ' '\\n' | grep -x -e echo -e -echo | sed 's/^/mode: /'\r")
    bash.wait_for("^mode: echo$")
    bash.type("fg\r")
    wait_for_step(bash)
    wait_for_step(bash)  # it looks twice a second whether the terminal is its own again
    open_beside(bash)
    bash.type("go_on = False\r")
    bash.wait_for("^left the loop$")


def test_begun_in_the_background(bash: Terminal) -> None:
    bash.type(f"{GSHELL} run loop.py &\r")
    wait_for_step(bash)
    bash.type("kill -INT %1; wait; echo ended with $?\r")
    bash.wait_for("^ended with ")
    assert "KeyboardInterrupt" in bash.text()


@pytest.mark.parametrize(("key", "loaded"), [("", False), ("none", False), ("c-g", True)])
def test_nothing_is_loaded_where_there_is_no_such_prompt(bash: Terminal, home: Path, key: str, loaded: bool) -> None:
    settings = home / ".config" / "gshell" / "gshell.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'beside_key = "{key}"\n')
    bash.type(f'{GSHELL} -c \'import sys; print("loaded", "prompt_toolkit" in sys.modules)\'\r')
    bash.wait_for(f"^loaded {loaded}$")
    bash.type(f'{GSHELL} -c \'import sys; print("piped", "prompt_toolkit" in sys.modules)\' | cat\r')
    bash.wait_for("^piped False$")

"""What is typed while a command runs: shown behind its output, kept for the prompt, dropped by Ctrl-C."""

from __future__ import annotations

import re
from pathlib import Path

import pyte
import pytest

from gshell.console import typed, typed_line
from gshell.shell.transform import is_complete
from tests.conftest import Start
from tests.terminal import GShell, wait_until


class NoMagics:
    def known(self) -> dict[str, object]:
        return {}


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", [""]),
        (b"x = 1", ["x = 1"]),
        (b"run a.py\rrun b.py\n", ["run a.py", "run b.py", ""]),
        (b"ab\x7fc\x08d", ["ad"]),
        (b"\x7f\x7fa", ["a"]),
        (b"one two\x17three", ["one three"]),
        (b"one \x17two", ["two"]),
        (b"wrong\x15right", ["right"]),
        (b"a\x1b[Db\x1bOAc\x1b[1;5Cd\x1bfe\x1b", ["abcde"]),
        (b"\x01a\x02b\x00", ["ab"]),
        ("größe = 'ü'".encode(), ["größe = 'ü'"]),
        (b"\xff\xfe", ["\ufffd\ufffd"]),
        (b"\x1b[200~if x:\r\n    y\r    z\x1b[201~\r", ["if x:\n    y\n    z", ""]),
        (b"\x1b[200~not yet", ["not yet"]),
    ],
)
def test_lines_that_were_typed(data: bytes, lines: list[str]) -> None:
    assert typed.typed_lines(data) == lines
    assert typed.shown(data) == typed.RETURN.join("\n".join(lines).split("\n"))


@pytest.mark.parametrize(
    ("data", "rest", "cells"),
    [
        (b"", b"", []),
        (b"x = 1", b"x = 1", []),
        (b"x = 1\r", b"", ["x = 1"]),
        (b"x = 1\ry = 2\rz", b"z", ["x = 1", "y = 2"]),
        (b"\r\r x\r", b"", [" x"]),
        (b"for i in y:\r    i\r\rz\r", b"", ["for i in y:\n    i", "z"]),
        (b"def f():\r    1\r", b"", ["def f():\n    1"]),
        (b"\x1b[200~a\nb\x1b[201~", b"\x1b[200~a\nb\x1b[201~", []),
        (b"\x1b[200~a\nb\x1b[201~\rc", b"c", ["a\nb"]),
    ],
)
def test_what_ctrl_c_drops(data: bytes, rest: bytes, cells: list[str]) -> None:
    queued, kept = typed.split(data)
    assert (queued + kept, kept) == (data, rest)
    assert typed.cells(queued, lambda text: is_complete(text, NoMagics())) == cells  # type: ignore[arg-type]


class Screen:
    """A terminal of one row, and what the shell writes to it."""

    def __init__(self, columns: int = 30) -> None:
        self.screen = pyte.Screen(columns, 1)
        self.stream = pyte.ByteStream(self.screen)
        self.columns = columns

    def write(self, data: bytes) -> str:
        self.stream.feed(data)
        return str(self.screen.display[0]).rstrip()


OUTPUT = [b"", b"unfinished", b"\x1b[31mred\x1b[0m", b"50 %\r", b"\r50 %|###  |", b"\rone\rtwo more\r", b"long\rsh"]


@pytest.mark.parametrize("output", OUTPUT)
@pytest.mark.parametrize("text", ["x", "run step2.py", "much too long for a terminal with thirty columns, and its end"])
def test_what_is_typed_is_behind_the_output_and_hides_none_of_it(output: bytes, text: str) -> None:
    screen, plain = Screen(), Screen()
    before = plain.write(output)
    screen.write(output)
    cursor = screen.screen.cursor.x
    line = screen.write(typed_line.drawn(text, output, screen.columns))
    assert line.startswith(before)
    assert text[:1] in line.removeprefix(before) or text[-1:] in line.removeprefix(before)
    assert screen.screen.cursor.x == cursor
    assert screen.write(typed_line.wiped(output)) == before
    for more in (b"!", b"\r", b"?"):
        assert screen.write(more) == plain.write(more)


def test_end_of_what_does_not_fit_is_shown() -> None:
    line = Screen().write(typed_line.drawn("a" * 100 + "the end", b"", 30))
    assert re.fullmatch("…a+the end", line)


# In the shell.


def begin(shell: GShell, seconds: float = 1000) -> int:
    """Have a command run that waits; its number."""
    shell.submit(f"import time; print('be' 'gun'); time.sleep({seconds})")
    shell.wait_for_call()
    return shell.number


def test_what_is_typed_during_a_command_is_shown(shell: GShell) -> None:
    shell.run("import os, time")
    shell.submit("n = 0\nwhile not os.path.exists('go'): time.sleep(0.02); n += 1; print('line', n)\n")
    number = shell.number
    shell.wait_for("^line 3$")
    shell.type("x = 12")
    shell.wait_for("^x = 12$")
    shell.type("3\r")
    shell.wait_for("^x = 123 ⏎$")
    shell.type("open('go', 'w').close()")
    shell.wait_for(r"^x = 123 ⏎ open\('go'")
    seen = len(re.findall(r"^line \d+$", shell.text(), re.MULTILINE))
    wait_until(lambda: len(re.findall(r"^line \d+$", shell.text(), re.MULTILINE)) > seen + 3, "output before it")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    lines = [line for line in shell.output(number).splitlines() if line.startswith("line ")]
    assert lines == [f"line {i + 1}" for i in range(len(lines))]  # none was lost, and nothing was in the middle of one


def test_commands_typed_ahead_do_not_run_after_ctrl_c(shell: GShell) -> None:
    number = begin(shell)
    shell.type("step = 2\rprint('ne' 'ver')\runfinished")
    shell.wait_for("^step = 2 ⏎ print")
    shell.press("c-c")
    shell.wait_for(r"^gshell: dropped by Ctrl-C, arrow up brings it back: step = 2 ⏎ print\('ne' 'ver'\)$")
    shell.wait_for(rf"^In \[{number + 1}\]: unfinished$")  # it runs nothing
    shell.press("c-c")
    for expected in ("print('ne' 'ver')", "step = 2", "import time"):
        shell.press("up")
        shell.wait_for(rf"^In \[{number + 1}\]: {re.escape(expected)}")
    shell.press("c-c")
    assert "NameError" in shell.run("step")
    assert not re.search("^never", shell.text(), re.MULTILINE)
    shell.press("up", "up")  # what has run since is newer
    shell.wait_for(rf"^In \[{number + 2}\]: print\('ne' 'ver'\)$")
    shell.press("c-c")


def test_cells_pasted_after_enter_run_before_what_is_typed_then(shell: GShell) -> None:
    number = shell.wait_for_prompt()
    cells = ["import time; print('be' 'gun'); time.sleep(1)", "value = 'pasted'", "value += ' too'"]
    shell.type("".join(f"\x1b[200~{cell}\x1b[201~\r" for cell in cells))
    shell.wait_for("^begun$")
    shell.type("value += ', then typed'\rvalue\r")
    shell.wait_for_end_of(number + 4)
    assert shell.output(number + 4) == f"Out[{number + 4}]: 'pasted too, then typed'"


WAYS = ["typed in the command", "pasted in the command", "typed after Enter", "pasted after Enter"]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_queued_before_ctrl_c_does_not_run(shell: GShell, way: str) -> None:
    queued = "\x1b[200~never = 1\nnever = 2\x1b[201~\r" if "pasted" in way else "never = 1\rnever = 2\r"
    if "after Enter" in way:
        number = shell.wait_for_prompt()
        shell.type(f"import time; time.sleep(1000)\r{queued}\x03")
    else:
        number = begin(shell)
        shell.type(queued)
        shell.wait_for("never = 2")
        shell.press("c-c")
    shell.wait_for_end_of(number)
    shell.wait_for("^gshell: dropped by Ctrl-C, arrow up brings it back: never = 1 ⏎ never = 2$")
    shell.wait_for_prompt()
    assert "NameError" in shell.run("never")


def test_what_is_typed_after_ctrl_c_runs(shell: GShell, home: Path) -> None:
    """When the shell has acted on it, also before the command has ended."""
    shell.run("import os, time")
    shell.submit(
        "try:\n    print('be' 'gun'); time.sleep(1000)\n"
        "finally:\n    print('clean' 'ing')\n    while not os.path.exists('go'): time.sleep(0.02)\n"
    )
    shell.wait_for_call()
    shell.press("c-c")
    shell.wait_for("^cleaning$")
    wait_until(shell.is_asleep, "the console, which reads what came before")
    shell.type("print('af' 'ter')\r")
    shell.wait_for(r"^print\('af' 'ter'\) ⏎$")
    (home / "go").touch()
    shell.wait_for_end_of(shell.number + 1)
    assert re.search("^KeyboardInterrupt$", shell.text(), re.MULTILINE)
    assert re.search("^after$", shell.text(), re.MULTILINE)


@pytest.mark.parametrize("before", ["", "\x04", "x = 1\x04", "\x1b[D\x04\x04"])
def test_ctrl_d_during_a_command_ends_no_session(shell: GShell, before: str) -> None:
    """Not when the command ends, nor after Ctrl-C, whatever else was typed."""
    begin(shell, 1)
    shell.type(f"{before}\x04")
    shell.wait_for(r"^In \[2\]:")
    shell.press("c-c")
    shell.wait_for_prompt()
    number = begin(shell)
    shell.type(f"{before}\x04\x04")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    shell.press("c-c")
    number = shell.wait_for_prompt()
    shell.type("time.sleep(0.3)\r\x04\x04")  # before the command has begun
    shell.wait_for_end_of(number)
    assert shell.value("6 * 7") == "42"


def test_ctrl_d_at_the_prompt_asks_if_there_is_something_to_lose(plots: GShell) -> None:
    plots.run("import numpy, os.path as path, collections; from collections import Counter, OrderedDict")
    assert not plots.asks_whether_to_leave()
    plots.run("a = 1; b = []; plt.figure(); c = None")
    for answer in ("n", "N", "\r", "\x03", "\x1b"):
        plots.press("c-d")
        wait_until(plots.asks_whether_to_leave, "the question")
        assert plots.cursor_line() == "leave (3 variables, 1 figure)? [y/N]"
        plots.type(answer)
        plots.wait_for_prompt()
    plots.press("c-d")
    wait_until(plots.asks_whether_to_leave, "the question")
    plots.type("5 * 5\r")  # who types goes on
    plots.wait_for("^Out.*25$")
    plots.wait_for_prompt()
    plots.press("c-d")
    wait_until(plots.asks_whether_to_leave, "the question")
    plots.type("n")
    plots.wait_for_prompt()


@pytest.mark.parametrize("answer", ["y", "Y", "\x04"])
def test_answers_that_leave(shell: GShell, answer: str) -> None:
    shell.run("x = 1")
    shell.press("c-d")
    wait_until(shell.asks_whether_to_leave, "the question")
    assert shell.cursor_line() == "leave (1 variable)? [y/N]"
    shell.type(answer)
    assert shell.wait() == 0


def test_nobody_is_asked_for_nothing_or_without_the_setting(start: Start, home: Path) -> None:
    shell = start("--no-gui")
    shell.run("import math; from json import dumps; 5")
    shell.press("c-d")
    assert shell.wait() == 0
    shell = start("--no-gui")
    shell.run("x = 1")
    shell.submit("exit")
    assert shell.wait() == 0
    shell = start("--no-gui")
    shell.run("x = 1")
    shell.run("%config confirm_leave = false")
    shell.press("c-d")
    assert shell.wait() == 0


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.1])
def test_key_just_before_a_nested_prompt_is_for_that(shell: GShell, moment: float) -> None:
    shell.submit(
        "import gshell, time; print('be' 'gun'); time.sleep(0.5); print('n' 'ow', flush=True); "
        f"time.sleep({moment}); gshell.embed()"
    )
    number = shell.number
    shell.wait_for("^now$")
    shell.type("4")
    shell.type("2\r")
    shell.wait_for("^Out.*42$")
    shell.wait_for_end_of(number)
    assert shell.value("6 * 7") == "42"

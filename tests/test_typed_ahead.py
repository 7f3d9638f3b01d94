"""What is typed while a command runs: shown behind its output, kept for the prompt, dropped by Ctrl-C."""

from __future__ import annotations

import re

import pyte
import pytest

from gshell.console import typed, typed_line
from gshell.shell.transform import is_complete


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

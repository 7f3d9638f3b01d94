"""Tracebacks: the source around, the expression that raised, variables, chains and groups; at the prompt and made."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from gshell.shell.tracebacks import MODES, format_exception, frames
from tests.conftest import Start
from tests.terminal import GShell

MODULE = """\
import json

def inner(data, scale):
    total = 0
    for value in data:
        total += scale * value + json.loads("x")
    return total

def outer(data):
    try:
        return inner(data, 2)
    except Exception as error:
        error.add_note("a note")
        raise RuntimeError("outer failed") from error

def ping(n):
    return pong(n + 1)

def pong(n):
    return ping(n)

def alone(n):
    return alone(n + 1)

def group():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ExceptionGroup("several", [KeyError("k"), ExceptionGroup("inner", [ValueError("v")])])
"""


def caught(code: str, home: Path, mode: str) -> str:
    path = home / "module.py"
    path.write_text(MODULE)
    names: dict[str, object] = {}
    exec(compile(MODULE, str(path), "exec"), names)
    try:
        exec(compile(code, "<test>", "exec"), names)
    except BaseException as error:
        return format_exception(error, mode)
    raise AssertionError("no exception")


def test_context(home: Path) -> None:
    text = caught("outer([7])", home, "context")
    assert (
        f'  File "{home}/module.py", line 6, in inner\n'
        "      4     total = 0\n"
        "      5     for value in data:\n"
        '----> 6         total += scale * value + json.loads("x")\n'
        "                                         ^^^^^^^^^^^^^^^\n"
        "      7     return total\n"
    ) in text
    assert re.search(r'File ".*json/__init__.py", line \d+, in loads\n    return _default_decoder.decode\(s\)\n', text)
    assert "The above exception was the direct cause of the following exception:" in text
    assert "\na note\n" in text
    assert text.endswith("\nRuntimeError: outer failed\n")
    assert "scale = 2" not in text


def test_verbose(home: Path) -> None:
    text = caught("outer([7, 'x' * 1000])", home, "verbose")
    assert "        scale = 2\n" in text
    assert "        value = 7\n" in text
    assert re.search(r"^        data = \[7, 'x{80,130}\.\.\.$", text, re.MULTILINE)
    assert "json = " not in text


def test_hostile_variables_are_named(home: Path) -> None:
    code = (
        "class R:\n    def __repr__(self): raise SystemExit(1)\n"
        "class S:\n    def __repr__(self): return 5\n"
        "class L:\n    def __repr__(self): return 'a\\n  b'\n"
        "outer(data=[R(), S()] if 0 else R()), "
    )
    assert "data = <its repr raises SystemExit>" in caught(code, home, "verbose")
    assert "data = <its repr raises TypeError>" in caught(code.replace("else R", "else S"), home, "verbose")
    assert "data = a b\n" in caught(code.replace("else R", "else L"), home, "verbose")


@pytest.mark.parametrize("mode", ["plain", "context", "verbose"])
def test_long_ones_are_cut(home: Path, mode: str) -> None:
    for call in ("ping(0)", "alone(0)"):
        text = caught(call, home, mode)
        assert text.count("\n") < 70
        assert "repeated" in text
        assert "RecursionError: maximum recursion depth exceeded" in text


def test_groups(home: Path) -> None:
    text = caught("group()", home, "context")
    assert "During handling of the above exception, another exception occurred:" in text
    assert re.search(r"^  \| +\d+ +except ZeroDivisionError:$", text, re.MULTILINE)
    assert "KeyError: 'k'" in text
    assert "    | ExceptionGroup: inner (1 sub-exception)" in text
    assert "ZeroDivisionError" not in caught("raise ValueError from None", home, "context")


def test_modes_never_fail(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E"
    for mode in MODES:
        assert "E: <exception str() failed>" in caught(hostile, home, mode)
        assert caught("x = = 1", home, mode).endswith("^\nSyntaxError: invalid syntax\n")
        assert caught("1/0", home, mode).endswith("ZeroDivisionError: division by zero\n")  # there is no source
        assert "RuntimeError: outer" in caught("outer([1])", home, mode)
    monkeypatch.setattr(frames, "Source", None)
    assert "RuntimeError: outer" in caught("outer([1])", home, "verbose")
    monkeypatch.undo()
    monkeypatch.setattr(sys, "tracebacklimit", 1, raising=False)
    assert "RuntimeError: outer" in caught("outer([1])", home, "verbose")


def test_expression_after_wide_characters_and_tabs(home: Path) -> None:
    path = home / "wide.py"
    path.write_text('if 1:\n\tx = "漢字é" + 5 // 0\n')
    try:
        exec(compile(path.read_text(), str(path), "exec"), {})
    except ZeroDivisionError as error:
        lines = format_exception(error, "context").split("\n")
    mark = next(line for line in lines if set(line) == {" ", "^"})
    assert mark == " " * (8 + 8 + len('x = "') + 5 + len('" + ')) + "^^^^^^"


def test_at_the_prompt(shell: GShell, home: Path) -> None:
    assert shell.run("tb") == "there was no exception yet"
    output = shell.run("def f(x):\n    y = x * 2\n    return y / 0\n\nf(21)")
    assert "----> 3     return y / 0\n                   ^^^^^\n" in output
    assert "----> 5 f(21)" in output
    assert "gshell" not in output
    assert "y = 42" not in output
    assert "y = 42" in shell.run("tb verbose")
    assert shell.run("%tb minimal") == "ZeroDivisionError: division by zero"
    assert shell.run("%tb plain").split("\n")[-3:-1] != shell.run("%tb").split("\n")[-3:-1]
    assert shell.run("%xmode Verbose") == "Tracebacks are verbose"
    assert "x = 3" in shell.run("f(3)")
    assert shell.run("xmode") == "Tracebacks are minimal"
    assert shell.run("f(3)") == "ZeroDivisionError: division by zero"
    assert shell.run("xmode") == "Tracebacks are plain"
    assert "---->" not in shell.run("f(3)")
    assert shell.run("%xmode fancy").startswith("no such mode: fancy; there are plain")
    # a repr that does not end is broken off, and the traceback is shown without
    shell.run("%xmode verbose")
    shell.run("import time\nclass Slow:\n    def __repr__(self): print('sleeps'); time.sleep(1000)\n")
    shell.submit("slow = Slow(); slow.missing")
    shell.wait_for("^sleeps$")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert "AttributeError: 'Slow' object has no attribute 'missing'" in shell.output(shell.number)
    # a callback of another thread calls no repr
    shell.run("def g(s): s.missing\n")
    shell.run("t = __import__('threading').Thread(target=g, args=[slow]); t.start(); t.join()")
    assert shell.text().count("\nsleeps") == 1
    assert shell.value("1") == "1"


def test_interrupt_is_short(shell: GShell) -> None:
    shell.submit("import queue; print('be' 'gun'); queue.Queue().get()")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt$")
    output = shell.output(shell.number)
    assert output.count("File ") == 1
    assert 'File "<In [1]>", line 1' in output


def test_without_colours(start: Start, home: Path) -> None:
    (home / ".config" / "gshell").mkdir(parents=True)
    settings = home / ".config" / "gshell" / "gshell.toml"
    settings.write_text('colors = "none"\n')
    shell = start("--no-gui")
    shell.run("1 / 0")
    assert b"\x1b" not in shell.raw.partition(b"Traceback")[2].partition(b"division by zero")[0]
    settings.write_text('colors = "no such style"\n')
    shell = start("--no-gui")
    shell.run("1 / 0")
    assert b"\x1b" in shell.raw.partition(b"Traceback")[2].partition(b"division by zero")[0]

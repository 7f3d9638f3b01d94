"""The default colours can be read on a dark and on a light background."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from prompt_toolkit.styles import Attrs, BaseStyle, default_ui_style, merge_styles
from pygments.token import STANDARD_TYPES

from gshell.console.looks import LOOKS, style
from gshell.shell.colouring import coloured_code
from gshell.shell.tracebacks.colours import coloured
from tests.terminal import GShell

DARK, LIGHT = "000000", "ffffff"
LEAST = 4.5
"""What the Web Content Accessibility Guidelines ask of text."""


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def in_256(number: int) -> str:
    """The colour of this number in a terminal with 256; the first sixteen are the terminal's own choice."""
    assert number >= 16, f"colour {number} is whatever the terminal makes of it"
    if number >= 232:
        return f"{8 + 10 * (number - 232):02x}" * 3
    levels = (0, 95, 135, 175, 215, 255)
    return "".join(f"{levels[(number - 16) // part % 6]:02x}" for part in (36, 6, 1))


def test_contrast() -> None:
    assert contrast(DARK, LIGHT) == pytest.approx(21)
    assert contrast("0000ff", DARK) == pytest.approx(2.44, abs=0.01)
    assert [in_256(number) for number in (16, 21, 131, 231, 232, 255)] == [
        *("000000", "0000ff", "af5f5f", "ffffff", "080808", "eeeeee"),
    ]


def test_styles_of_the_prompt() -> None:
    looks: BaseStyle = merge_styles([default_ui_style(), style("default")])
    kinds = [f"pygments.{str(token).partition('.')[2].lower()}" for token in STANDARD_TYPES]
    menu = [
        f"completion-menu.{part}"
        for part in ("completion", "completion.current", "meta.completion", "meta.completion.current")
    ]
    seen = set()
    for name in (*LOOKS, *kinds, *menu):
        parts = name.split(".")
        classes = " ".join("class:" + ".".join(parts[: end + 1]) for end in range(len(parts)))
        attributes = looks.get_attrs_for_style_str(classes)
        for contrasts in _contrasts(attributes):
            seen.add(attributes.color)
            assert contrasts >= LEAST, (name, attributes)
    assert len(seen) > 5


def _contrasts(attributes: Attrs) -> Iterator[float]:
    front, back = attributes.color or "", attributes.bgcolor or ""
    for colour in (front, back):
        assert not colour or re.fullmatch("[0-9a-f]{6}", colour), f"{colour} is whatever the terminal makes of it"
    if back:
        yield contrast(front, back)
    elif front:
        yield from (contrast(front, DARK), contrast(front, LIGHT))


CODE = '''
import os, numpy as np
from a.b import (c)
@decorate(1)
class Thing(Base, metaclass=M):
    """A docstring."""
    def f(self, *args: int, **kw) -> None:  # a comment
        """Another."""
        global x
        x = None or not True and 1 in [2.5, 0x1f, 1j]; print(f"{x!r:>3} \\\\n" 'text' b"\\\\x00" rf"\\\\d")
        raise ValueError(__name__) from KeyboardInterrupt
async def g(): await h(); lambda: (yield)
match x:
    case {"a": [1, *_]} if x @ y != ~z: del a.b[::-1]
$ wrong
'''
TRACEBACK = """\
  + Exception Group Traceback (most recent call last):
  |   File "/home/me/script.py", line 12, in load
  |      11     with open(path) as file:
  | ---> 12         return [float(line) for line in file]
  |                         ^^^^^^^^^^^
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: could not convert string to float: 'x'
    +------------------------------------
Traceback (most recent call last):
  File "<In [3]>", line 1, in <module>
----> 1 import none
ModuleNotFoundError: No module named 'none'
"""


def used(text: str) -> set[tuple[str, ...]]:
    """The colours that a text for a terminal switches on: each a foreground, perhaps with a background."""
    found = set()
    for codes, shown in re.findall(r"\x1b\[([\d;]*)m([^\x1b]*)", text):
        if not shown.strip():
            continue  # a scroll bar, say
        numbers = [int(code or 0) for code in codes.split(";")]
        colours: dict[int, str] = {}
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48):
                assert numbers.pop(0) == 5, f"a colour that not every terminal has: {codes}"
                colours[number] = in_256(numbers.pop(0))
            else:
                assert not (30 <= number <= 37 or 40 <= number <= 47 or 90 <= number <= 107), codes
        if colours:
            found.add(tuple(colours.values()))
    return found


def test_code_and_tracebacks() -> None:
    found = used(coloured_code(CODE, "default")) | used(coloured(TRACEBACK, "default"))
    assert len(found) > 5
    for colours in found:
        assert (
            min(contrast(colours[0], back) for back in (*colours[1:], *((DARK, LIGHT) * (len(colours) == 1)))) >= LEAST
        )


def test_what_the_shell_prints(shell: GShell) -> None:
    shell.run("import os")
    shell.raw = b""
    shell.run("def f(x): return 1 / x\n")
    for cell in (
        "{'a': 1}",
        "f(0)",
        "f?",
        "f??",
        "%xmode verbose",
        "f(0)",
        "no_such(1)",
        "raise ExceptionGroup('', [OSError()])",
    ):
        shell.run(cell)
    shell.type("os.pa")
    shell.press("tab")
    shell.wait_for("pardir")
    shell.press("tab", "c-c")
    found = used(shell.raw.decode(errors="replace"))
    assert len(found) > 5
    for colours in found:
        assert (
            min(contrast(colours[0], back) for back in (*colours[1:], *((DARK, LIGHT) * (len(colours) == 1)))) >= LEAST
        )

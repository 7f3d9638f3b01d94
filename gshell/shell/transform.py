"""From what the user types to Python: `%magic`, `run script.py`, `!command`, `exit`.

Python comes first: text that is a complete program is left alone, so that a continuation line that begins with `%`
stays what it is.  The only exception is a single line whose first word is the name of a magic: `run` and `run -i`
are Python too, but nobody means that, unless the name is a variable of theirs.
"""

from __future__ import annotations

import ast
import re
import textwrap
from codeop import CommandCompiler
from collections.abc import Container

from gshell.shell.magics import magics

CALL = "__gshell__"
"""The name of the function, in the session's builtins, that the transformed text calls."""

_ESCAPED = re.compile(r"(?P<indent>\s*)(?P<escape>[%!])(?P<rest>.*)", re.DOTALL)
_AUTOMAGIC = re.compile(r"\s*(?P<name>[a-zA-Z]\w*)(?=\s|$)(?!\s*(?:=|[-+*/%&|^@<>]+=|,|\(|\[))\s*(?P<line>.*)")


def transform(text: str, variables: Container[str] = ()) -> str:
    """Return the Python source for a cell.  `variables` are names that a magic does not hide."""
    if text[:1] in (" ", "\t"):  # copied out of a function
        text = textwrap.dedent(text)
    lone = text.strip()
    if "\n" not in lone:
        if lone in ("exit", "quit") and lone not in variables:
            return f"{lone}()\n"
        match = _AUTOMAGIC.fullmatch(lone)
        if match and match["name"] in magics and match["name"] not in variables:
            return f"{CALL}({match['name']!r}, {match['line']!r})\n"
    if ("%" not in text and "!" not in text) or _is_python(text):
        return text
    return "".join(_transform_line(line) for line in _logical_lines(text))


def is_complete(text: str, variables: Container[str] = ()) -> bool:
    """Whether Enter runs the text (also if it is wrong), or begins another line of it.

    A block (`if`, `def`, ...) ends with an empty line, as at Python's own prompt: an `else` or another line of it may
    follow.
    """
    source = transform(text, variables)
    if source.rstrip(" \t\n").endswith("\\"):
        return source.endswith("\n\n")
    try:
        if CommandCompiler()(source, "<input>", "exec") is None:
            return False
        last = ast.parse(source).body[-1:]
    except (SyntaxError, OverflowError, ValueError):
        return True
    ends_in_block = bool(last) and hasattr(last[0], "body") and not isinstance(last[0], ast.Expr)
    return not ends_in_block or not source.rpartition("\n")[2].strip()


def _is_python(text: str) -> bool:
    try:
        compile(text, "<input>", "exec", dont_inherit=True)
    except (SyntaxError, OverflowError, ValueError):
        return False
    return True


def _logical_lines(text: str) -> list[str]:
    """Lines, with those that end in a backslash joined to the next if they are magic."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if lines and lines[-1].endswith("\\\n") and _ESCAPED.match(lines[-1]):
            lines[-1] = lines[-1][:-2] + line
        else:
            lines.append(line)
    return lines


def _transform_line(line: str) -> str:
    match = _ESCAPED.fullmatch(line)
    if match is None:
        return line
    rest = match["rest"].strip()
    if match["escape"] == "!":
        name, argument = "!", rest
    else:
        name, _, argument = rest.partition(" ")
    return f"{match['indent']}{CALL}({name!r}, {argument.strip()!r})\n"

"""From what the user types to Python: `%magic`, `%%magic` and a cell, `run script.py`, `!command`, `name?`, `exit`.

Python comes first: text that is a complete program is left alone, so that a continuation line that begins with `%`
stays what it is.  The only exception is a single line whose first word is the name of a magic: `run` and `run -i`
are Python too, but nobody means that, unless the name is a variable of theirs (any script with a `def run()` makes it
one): then the line is a magic if it can't be Python.
"""

from __future__ import annotations

import ast
import re
import warnings
from codeop import CommandCompiler
from collections.abc import Callable, Container
from functools import partial

from gshell.shell.known_magics import Magics
from gshell.shell.pasted import without_prompts

CALL = "__gshell__"
"""The name of the function, in the session's builtins, that the transformed text calls."""

# What the compiler says of text that is not Python, or is too deep for it.
_WRONG = (SyntaxError, OverflowError, ValueError, RecursionError, MemoryError)

_ESCAPED = re.compile(
    r"(?P<indent>\s*)(?P<target>[A-Za-z_][\w.,\[\]'\" ]*=\s*)?(?P<escape>[%!])(?P<rest>.*)", re.DOTALL
)
_HELP = re.compile(r"\s*(?P<before>\?{0,2})\s*(?P<name>[\w.*%!][\w.*%!\[\]'\"-]*)\s*(?P<after>\?{0,2})\s*")
_AUTOMAGIC = re.compile(r"\s*(?P<name>[a-zA-Z]\w*)(?=\s|$)(?!\s*(?:=|[-+*/%&|^@<>]+=|,|\(|\[))\s*(?P<line>.*)")


def transform(text: str, magics: Magics, variables: Container[str] = (), *, automagic: bool = True) -> str:
    """Return the Python source for a cell.  From any thread.

    `magics` are asked only about a word that may be one; `variables` are names that a magic does not hide;
    `automagic`: whether magics work without their %.
    """
    text = _from_mark(without_prompts(text))
    if text.startswith("%%") and not _help_wanted(text):
        first, _, body = text.partition("\n")
        name, _, line = first[2:].partition(" ")
        return _call(name, line.strip(), body) + "\n"
    lone = text.strip()
    if "\n" not in lone:
        if lone in ("exit", "quit") and lone not in variables:
            return f"{lone}()\n"
        if automagic and (match := _automagic(lone, magics, variables)):
            return _call(match["name"], match["line"]) + "\n"
    if not any(mark in text for mark in "%!?") or _is_python(text):
        return text
    return _transform_lines(text)


def _from_mark(text: str) -> str:
    """The text of a `%%magic` without the space before it, which no Python begins with: it may be pasted so, or typed
    to keep the cell out of the history."""
    return text.lstrip() if text.lstrip().startswith("%%") else text


def with_percent(text: str, magics: Magics, variables: Container[str] = ()) -> str:
    """Return the cell with the % of its magic, if that was left out: in a file it needs one."""
    text = text.strip("\n")
    return f"%{text.lstrip()}" if "\n" not in text and _automagic(text.strip(), magics, variables) else text


def _automagic(line: str, magics: Magics, variables: Container[str]) -> re.Match[str] | None:
    match = None if line.endswith("?") else _AUTOMAGIC.fullmatch(line)
    if match is None:
        return None
    magic = magics.known().get(match["name"])
    if magic is None or not magic.line or (match["name"] in variables and _begins_python(line)):
        return None
    return match


def is_complete(text: str, magics: Magics, variables: Container[str] = (), *, automagic: bool = True) -> bool:
    """Whether Enter runs the text (also if it is wrong), or begins another line of it.  From any thread.

    A block (`if`, `def`, ...) ends with an empty line, as at Python's own prompt: an `else` or another line of it may
    follow.
    """
    text = _from_mark(text)
    if text.startswith("%%") and not _help_wanted(text):
        return "\n" in text and not text.rpartition("\n")[2].strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is compiled once more when it is run
        return _is_complete(transform(text, magics, variables, automagic=automagic))


def _is_complete(source: str) -> bool:
    if source.rstrip(" \t\n").endswith("\\"):
        return source.endswith("\n\n")
    try:
        if _compiler()(source, "<input>", "exec") is None:
            return False
        last = ast.parse(source).body[-1:]
    except _WRONG:
        return True
    ends_in_block = bool(last) and (hasattr(last[0], "body") or isinstance(last[0], ast.Match))
    return not ends_in_block or not source.rpartition("\n")[2].strip()


def _compiler() -> CommandCompiler:
    compiler = CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return compiler


def _is_python(text: str) -> bool:
    return _accepts(partial(compile, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True), text)


def _begins_python(text: str) -> bool:
    """Whether the text, or a continuation of it, is Python."""
    return _accepts(_compiler(), text)


def _accepts(compiler: Callable[[str, str, str], object], text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiler(text, "<input>", "exec")
    except _WRONG:
        return False
    return True


def _transform_lines(text: str) -> str:
    """Transform a cell that is not Python as a whole, line by line."""
    done: list[str] = []
    start = 0  # no statement goes on over the line that begins here
    for line in _logical_lines(text):
        changed = _transform_line(line)
        if changed != line:
            if _goes_on("".join(done[start:])):
                changed = line  # it is inside a string, or brackets
            else:
                start = len(done)
        done.append(changed)
    return "".join(done)


def _goes_on(text: str) -> bool:
    """Whether the text ends inside a string or brackets."""
    import io
    import tokenize

    if text.endswith("\\\n"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text).readline):
            pass
    except tokenize.TokenError as error:
        return "EOF in multi-line" in str(error) or "triple-quoted" in str(error)
    except SyntaxError:
        return False
    return False


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
    if line.strip() in ("?", "??"):
        return f"{line[: len(line) - len(line.lstrip())]}{_call('introduction', '')}\n"
    help_wanted = _help_wanted(line)
    if help_wanted:
        indent = line[: len(line) - len(line.lstrip())]
        return f"{indent}{_help_call(**help_wanted.groupdict())}\n"
    match = _ESCAPED.fullmatch(line)
    if match is None:
        return line
    rest = match["rest"].strip()
    if match["escape"] == "%":
        name, _, argument = rest.lstrip("%").partition(" ")
    elif match["target"] or rest.startswith("!"):
        name, argument = "!!", rest.removeprefix("!")
    else:
        name, argument = "!", rest
    return f"{match['indent']}{match['target'] or ''}{_call(name, argument.strip())}\n"


def _help_wanted(line: str) -> re.Match[str] | None:
    match = _HELP.fullmatch(line)
    return match if match and (match["before"] or match["after"]) else None


def _help_call(before: str, name: str, after: str) -> str:
    if "*" in name and not name.startswith(("%", "!")):
        return _call("psearch", name)
    return _call("pinfo2" if "??" in (before, after) else "pinfo", name)


def _call(*arguments: str) -> str:
    return f"{CALL}({', '.join(map(repr, arguments))})"

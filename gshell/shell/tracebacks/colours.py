"""The colours of a traceback: what in its lines is a file, a name, code, or a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gshell.shell.colouring import in_colours, python_lexer

_MARGIN = re.compile(r"( *\| )?(.*)", re.DOTALL)  # of an exception in a group
_FILE = re.compile(r'(\s*File ".*", line \d+)(.*)')
_NUMBERED = re.compile(r"(-+> \d+ | +\d+ )(.*)")
_MARK = re.compile(r"[ ~^]*[~^]")
_CODE = re.compile(r"(\s{4,})(\S.*)")
_ERROR = re.compile(r"([^\W\d][\w.]*(?:<locals>[\w.]*)?)((?:: .*)?)")


def coloured(text: str, style: str) -> str:
    """The text of a traceback in a style of pygments', for a terminal.  From any thread."""
    return "".join(_coloured_lines(text, style))


def _coloured_lines(text: str, style: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        yield in_colours(_tokens(bare), style) + line[len(bare) :]


def _tokens(line: str) -> Iterator[tuple[Any, str]]:
    """A line of a traceback as pygments' formatters want it."""
    from pygments.token import Token

    margin, rest = _MARGIN.fullmatch(line).groups("")  # type: ignore[union-attr]
    yield Token.Text, margin
    if found := _FILE.fullmatch(rest):
        yield from zip((Token.Name.Namespace, Token.Name.Function), found.groups(), strict=True)
    elif _MARK.fullmatch(rest):
        yield Token.Generic.Error, rest
    elif found := _NUMBERED.fullmatch(rest) or _CODE.fullmatch(rest):
        yield Token.Literal.Number, found[1]
        yield from python_lexer().get_tokens(found[2])
    elif found := _ERROR.fullmatch(rest):
        yield from zip((Token.Name.Exception, Token.Text), found.groups(), strict=True)
    else:
        yield Token.Text, rest

"""The words of a command line, as the system's shell makes them: split, unquoted, and expanded where it is not quoted.

`~` and `~user` at the beginning of a word; `$NAME` and `${NAME}` of the environment; `*`, `?` and `[a-z]`, which stay
what they are if no file matches.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"""(?P<space>\s+)
    |   '(?P<single>[^']*)'
    |   "(?P<double>(?:\\.|[^"\\])*)"
    |   \\(?P<escaped>.)
    |   (?P<plain>[^\s'"\\]+)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})", re.ASCII)
_USER = re.compile(r"~[\w.-]*(?=/|$)")


def shell_words(line: str) -> list[str]:
    """The words of a line.  Raises ValueError for a quote that does not end."""
    words: list[str] = []
    for pieces in _split(line):
        words += _expanded(pieces)
    return words


Piece = tuple[str, bool]
"""A part of a word, and whether it was quoted."""


def _split(line: str) -> Iterator[list[Piece]]:
    pieces: list[Piece] = []
    at = 0
    while at < len(line):
        match = _PIECE.match(line, at)
        if match is None:
            raise ValueError("No escaped character" if line[at] == "\\" else "No closing quotation")
        at = match.end()
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        if kind == "space":
            if pieces:
                yield pieces
            pieces = []
        elif kind == "plain":
            pieces.append((text if _VARIABLE.search(text) is None else _values(text), False))
        else:
            if kind == "double":
                text = re.sub(r'\\([$`"\\\n])', lambda found: "\0" + found[1] if found[1] == "$" else found[1], text)
                text = re.sub("\0", "", _values(text))
            pieces.append((text, True))
    if pieces:
        yield pieces


def _values(text: str) -> str:
    """The text with the environment's variables replaced, but for a `$` that was escaped (marked by \\0)."""
    return re.sub(rf"(?<!\0){_VARIABLE.pattern}", lambda found: os.environ.get(found[1] or found[2], ""), text)


def _expanded(pieces: list[Piece]) -> list[str]:
    """The words that one becomes."""
    first, quoted = pieces[0]
    if not quoted and (user := _USER.match(first)) and (user[0] != first or len(pieces) == 1):
        home = os.path.expanduser(user[0])
        pieces = [(home, True), (first[user.end() :], False), *pieces[1:]]
    word = "".join(text for text, _ in pieces)
    if not word and not any(quoted for _, quoted in pieces):
        return []  # of a variable that is not set
    if not any(glob.has_magic(text) for text, quoted in pieces if not quoted):
        return [word]
    pattern = "".join(glob.escape(text) if quoted else text for text, quoted in pieces)
    return sorted(glob.glob(pattern)) or [word]

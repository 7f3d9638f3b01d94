"""Streams that may be the user's own: what can be asked of one, whatever it is; and text that is safe on a terminal.

Names, messages and files may have anything in them, and a terminal obeys escape sequences: they can set its title, move
its cursor, and some have it type.  What the user's own code prints is the user's affair.  What the shell says about it
goes through visible().
"""

from __future__ import annotations

import re
import sys
from typing import Any

_COLOUR = re.compile(r"\x1b\[[\d;:]*m")
# All control characters but the tab and the end of a line; and those that turn the direction of writing around.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL_BUT_COLOURS = re.compile(rf"{_CONTROL.pattern}(?!(?<=\x1b)\[[\d;:]*m)")


def visible(text: str, *, colours: bool = False) -> str:
    """A text whose control characters are seen (`\\x1b`) instead of being obeyed; the ends of lines and tabs stay.

    `colours`: sequences that set those are obeyed, and do not last beyond the text.  For messages and reprs of
    libraries', some of which have colours.
    """
    pattern = _CONTROL_BUT_COLOURS if colours else _CONTROL
    shown = pattern.sub(_escaped, text)
    if colours and _COLOUR.search(shown):
        body = shown.rstrip("\n")
        return f"{body}\x1b[0m{shown[len(body) :]}"
    return shown


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def show(*values: object, file: Any = None, colours: bool = False) -> None:
    """Print a line of the shell's own; what of the user's is in it can do nothing to a terminal (see visible()).

    Programs, and what captures the output, get it as it is.  In any thread; raises what the stream raises.
    """
    stream = sys.stdout if file is None else file
    text = " ".join(map(str, values)) + "\n"
    if stream is not None:
        stream.write(visible(text, colours=colours) if is_terminal(stream) else text)


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; the user's own, or a closed one, need not be able to tell.  From any thread."""
    try:
        return bool(stream.isatty())
    except Exception:
        return False


def standard_streams() -> tuple[Any, Any, Any]:
    """sys.stdin, sys.stdout and sys.stderr; None for one that the user's code has deleted."""
    return getattr(sys, "stdin", None), getattr(sys, "stdout", None), getattr(sys, "stderr", None)


def to_terminal() -> bool:
    """Whether what is printed is shown on a terminal.  In the worker: sys.stdout may be the user's own."""
    return is_terminal(standard_streams()[1])


def flush(stream: Any) -> None:
    """Flush a stream, which may be the user's own and have no more than write().  From any thread."""
    if stream is not None and not getattr(stream, "closed", False) and hasattr(stream, "flush"):
        stream.flush()

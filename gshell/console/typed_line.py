"""What is typed while a command runs, shown behind the command's output.

The terminal does not echo then: what is typed would end up in the middle of the output, and be there once more at the
prompt.  So it is written behind the output, and the cursor goes back to where that ends.  Who writes next, wipes it out
first, and writes it again behind that.  What is written by others than Python code, which wipe out nothing, is over it,
and not behind it: of the output nothing is lost.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress

from prompt_toolkit.utils import get_cwidth

from gshell.threads.claim import Claim

_ESCAPES = re.compile(rb"\x1b(?:\[[\d;?]*[ -/]*[@-~]|\].*?(?:\x07|\x1b\\)|.)", re.DOTALL)
_KEEP, _BACK = "\x1b7", "\x1b8"  # where the cursor is
_CUT, _WRAP = "\x1b[?7l", "\x1b[?7h"  # at the right margin
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_TO_END = "\x1b[K"
TAIL = 1000
"""Bytes of an unfinished line that are looked at."""


def width(line: bytes) -> int:
    """How many columns a line needs, without its escape sequences."""
    return get_cwidth(_ESCAPES.sub(b"", line).strip(b"\r").decode(errors="replace"))


def gap(line: bytes) -> int:
    """How many columns of an unfinished line are to the right of the cursor: of a progress bar that ends in \\r."""
    line = line[-TAIL:].rpartition(b"\n")[2]
    before, _, last = _ESCAPES.sub(b"", line).rpartition(b"\r")
    width = len(before.rpartition(b"\r")[2].decode(errors="replace"))
    return max(0, width - len(last.decode(errors="replace")))


def drawn(text: str, line: bytes, columns: int) -> bytes:
    """What shows a text behind an unfinished line, and leaves the cursor where it is.  The end of a long text."""
    room = max(columns - 1, 10)
    text = text if len(text) <= room else "…" + text[1 - room :]
    right = gap(line)
    there = f"\x1b[{right}C" if right else ""
    return f"{_KEEP}{_CUT}{there}{' ' * bool(line)}{_DIM}{text}{_PLAIN}{_WRAP}{_BACK}".encode(errors="replace")


def wiped(line: bytes) -> bytes:
    """What wipes it out."""
    right = gap(line)
    return (f"{_KEEP}\x1b[{right}C{_TO_END}{_BACK}" if right else _TO_END).encode()


class TypedLine:
    """It, on one terminal."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._text = ""
        self._wiped = Claim[bytes]()  # what wipes out that which is shown; who takes it, writes it

    def show(self, text: str, line: bytes) -> None:
        """Show a text from now on, behind an unfinished line; "": no more.  While nobody else writes."""
        self.wipe()
        self._text = text
        self.again(line)

    def again(self, line: bytes) -> None:
        """Show it behind another line, which the caller of wipe() has written."""
        text = self._text
        if text:
            self._write(drawn(text, line, self._columns()))
            self._wiped.offer(wiped(line))

    def end(self) -> None:
        """Wipe it out, and show it no more: the terminal is somebody else's.  From any thread."""
        self._text = ""
        self.wipe()

    def wipe(self) -> bool:
        """Wipe it out before something is written, if it is shown; whether that is so.  From any thread."""
        wiped = self._wiped.take()
        if wiped is not None:
            self._write(wiped)
        return wiped is not None

    def _write(self, data: bytes) -> None:
        with suppress(OSError):  # the terminal is gone
            os.write(self._fd, data)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._fd).columns
        except OSError:
            return 80

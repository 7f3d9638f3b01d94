"""What the output has written of a line that has not ended."""

from __future__ import annotations

import os

from gshell.console.output_queue import last_state
from gshell.console.typed_line import TAIL, width

ERASE = b"\r\x1b[K"
"""Takes a line that is no longer than a row from the screen; what is written next begins one."""


class LastLine:
    """It, on one terminal.  By who writes there."""

    def __init__(self, terminal: int) -> None:
        """`terminal` is its descriptor."""
        self._terminal = terminal
        self.at_start = True
        """Whether the last byte written was the end of a line."""
        self.text = b""
        """The end of what was written; empty for a new line."""
        self.fd = 1
        """The stream that has written it."""

    def note(self, fd: int, data: bytes) -> None:
        """This was written."""
        self.fd = fd
        self.at_start = data.endswith((b"\n", ERASE))
        self.text = b"" if self.at_start else (self.text + data[-TAIL:])[-TAIL:]

    def forget(self) -> None:
        """A new line begins."""
        self.at_start, self.text = True, b""

    def go_on(self) -> None:
        """Somebody else has written there."""
        self.at_start = False

    @property
    def bar(self) -> bytes:
        """What writes it anew, if it is a progress bar that is no longer than a row of the terminal; else nothing."""
        if b"\r" not in self.text:
            return b""
        bar = last_state(self.text)
        try:
            columns = os.get_terminal_size(self._terminal).columns
        except OSError:  # it has gone, or is none
            return b""
        return bar if 0 < width(bar) <= columns else b""

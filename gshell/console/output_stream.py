"""What is sys.stdout and sys.stderr at a terminal.

They are ordinary text streams, one object each for the life of the session (code keeps references: `logging` handlers,
`from sys import stdout`), with a file of ours at the bottom.  A write costs one Python call more than usual, per flush
and not per `print`.

There is no io.BufferedWriter between the text and the file, as there is in plain Python.  It has a lock, which it holds
while it calls the file.  That is one call into C in plain Python; here it would be Python code, in the middle of which
the worker can be parked, and a callback that prints would wait for it.  So the text stream is directly on the file, as
with `python -u`: it has its own buffer up to the end of a line, and no lock.
"""

from __future__ import annotations

import io
from typing import Any

from gshell.console.output import AbovePrompt
from gshell.threads.protection import briefly_protected


class TerminalOutput(io.FileIO):
    """What is under sys.stdout or sys.stderr.  A write is whole: the text stream above does not look at its result."""

    def __init__(self, fd: int, above: AbovePrompt) -> None:
        super().__init__(fd, "w", closefd=False)
        self._fd = fd
        self._above = above

    @briefly_protected  # the text stream has given its buffer away: broken before the write, it would be lost
    def write(self, data: Any) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        whole = data if type(data) is bytes else memoryview(data).tobytes()
        self._above.write_or_queue(self._fd, whole)
        return len(whole)


def text_stream(fd: int, above: AbovePrompt) -> io.TextIOWrapper:
    """A text stream on `fd` like the interpreter's own on a terminal: line-buffered."""
    errors = "backslashreplace" if fd == 2 else "surrogateescape"
    return io.TextIOWrapper(TerminalOutput(fd, above), encoding="utf-8", errors=errors, line_buffering=True)

"""Output on the terminal: straight to it while a command runs, above the prompt while that is shown.

sys.stdout and sys.stderr are ordinary text streams, one object each for the life of the session (code keeps
references: `logging` handlers, `from sys import stdout`), with a file of ours at the bottom.  A write costs one
Python call more than usual, per flush and not per `print`.
"""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gshell.threads.protection import briefly_protected

MOST = 2**13
"""Bytes that may wait to be printed above the prompt."""
KEYS = 0.005
"""Seconds that the keys have before more is printed."""
PATIENCE = 1.0
"""Seconds after which more of them may, because the terminal was stopped."""


class AbovePrompt:
    """Where output goes while the prompt is shown.  Belongs to the console thread's loop."""

    def __init__(self) -> None:
        self.prompting = False
        """The prompt is on the screen (or about to be).  Set it with show() and hide()."""
        # Held while somebody writes to the terminal directly: the prompt must not appear in the middle of that, its
        # next redraw would wipe the line out.
        self.writing = threading.Lock()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._size = 0  # bytes that wait
        self._room = threading.Condition()
        self._held: dict[int, bytes] = {}
        self._scheduled = False
        self._console = 0  # the ident of its thread
        self._loop: asyncio.AbstractEventLoop | None = None
        self._print: Callable[[Callable[[], None]], Coroutine[Any, Any, None]] | None = None
        self._printing: asyncio.Future[None] | None = None  # kept, or the task could be collected while it runs
        self.at_line_start = True
        """Whether the last byte written was the end of a line."""

    def connect(
        self, loop: asyncio.AbstractEventLoop, run_above: Callable[[Callable[[], None]], Coroutine[Any, Any, None]]
    ) -> None:
        """Print with `await run_above(function)`, which hides the prompt, calls the function, and shows it again.

        In the console thread.
        """
        self._console = threading.get_ident()
        self._loop = loop
        self._print = run_above

    def show(self) -> None:
        """The prompt is about to be drawn.  In the console thread."""
        with self._no_other_writer():
            self.prompting = True

    def hide(self) -> None:
        """The prompt has gone: write what still waits.  In the console thread."""
        with self._no_other_writer():
            self.prompting = False
            self.at_line_start = True
            self.flush()

    @contextmanager
    def _no_other_writer(self) -> Iterator[None]:
        # With a limit: a terminal that was stopped (Ctrl-S) holds its writer, and must not hold the console.
        locked = self.writing.acquire(timeout=0.5)
        try:
            yield
        finally:
            if locked:
                self.writing.release()

    def after_fork(self) -> None:
        """In a forked child there is no prompt, nor the thread that may have held the lock."""
        self.prompting = False
        self.writing = threading.Lock()
        self._room = threading.Condition()

    def put(self, fd: int, data: bytes) -> None:
        """Have `data` written to `fd` above the prompt, soon.  From any thread.

        A thread that prints and prints is held up, as it is by the terminal itself where there is no prompt: or what
        waits would soon fill the memory, and the console would come to nothing else.
        """
        with self._room:
            if threading.get_ident() != self._console:
                self._room.wait_for(lambda: self._size < MOST or not self.prompting, PATIENCE)
            self._waiting.append((fd, data))
            self._size += len(data)
        if not self._scheduled and self._loop is not None:
            self._scheduled = True
            try:
                self._loop.call_soon_threadsafe(self._start)
            except RuntimeError:  # the loop is closed: the session ends
                self.flush()

    def _start(self) -> None:
        self._scheduled = False
        if not self.prompting or self._print is None:
            self.flush()
        elif self._printing is None or self._printing.done():
            self._printing = asyncio.ensure_future(self._print_lines())

    async def _print_lines(self) -> None:
        while self.prompting and self._collect() and self._print is not None:
            await self._print(self._write_lines)
            await asyncio.sleep(KEYS)  # while it prints, the prompt reads no keys

    def flush(self) -> None:
        """Write all that waits, whether or not its line has ended."""
        self._collect()
        for fd, data in list(self._held.items()):
            del self._held[fd]
            self.write(fd, data)

    def write(self, fd: int, data: bytes) -> None:
        """Write to the terminal itself."""
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        if data:
            self.at_line_start = data.endswith(b"\n")

    def say(self, text: str) -> None:
        """Write a line of the shell's own while a command runs.  In the console thread."""
        with self._no_other_writer(), suppress(OSError):  # the user's code has closed it, or the terminal is gone
            self.write(2, f"{'' if self.at_line_start else chr(10)}{text}\n".encode(errors="replace"))

    def _collect(self) -> bool:
        """Move what waits to what is held; tell whether there is something to be printed now."""
        with self._room:
            waiting, self._waiting, self._size = self._waiting, deque(), 0
            self._room.notify_all()
        for fd, data in waiting:
            self._held[fd] = self._held.get(fd, b"") + data
        return any(self._printable(data) for data in self._held.values())

    @staticmethod
    def _printable(data: bytes) -> bytes:
        """What of `data` makes whole lines.  An unfinished one is ended, but for a progress bar, which waits."""
        lines, newline, rest = data.rpartition(b"\n")
        return lines + newline if b"\r" in rest or not rest else data

    def _write_lines(self) -> None:
        self._collect()
        for fd, data in list(self._held.items()):
            ready = self._printable(data)
            if ready == data:
                del self._held[fd]
            else:
                self._held[fd] = data[len(ready) :].rpartition(b"\r")[2]
            if ready:
                self.write(fd, ready if ready.endswith(b"\n") else ready + b"\n")


class TerminalOutput(io.FileIO):
    """What is under sys.stdout or sys.stderr."""

    def __init__(self, fd: int, above: AbovePrompt) -> None:
        super().__init__(fd, "w", closefd=False)
        self._fd = fd
        self._above = above

    @briefly_protected  # broken after the write, it would leave the caller's buffer full, to be written once more
    def write(self, data: Any) -> int | None:  # type: ignore[override]
        above = self._above
        with above.writing:
            if not above.prompting:
                written = super().write(data)
                if written:
                    above.at_line_start = data[written - 1] == 10
                return written
        data = bytes(data)
        above.put(self._fd, data)
        return len(data)


def text_stream(fd: int, above: AbovePrompt) -> io.TextIOWrapper:
    """A text stream on `fd` like the interpreter's own on a terminal: line-buffered."""
    errors = "backslashreplace" if fd == 2 else "surrogateescape"
    return io.TextIOWrapper(
        io.BufferedWriter(TerminalOutput(fd, above)), encoding="utf-8", errors=errors, line_buffering=True
    )

"""Output on the terminal: straight to it while a command runs, above the prompt while that is shown.

What must hold, and how it does without a lock (why none: door.py):

- *The prompt does not appear in the middle of a write*: its next redraw would wipe the line out.  Who writes to the
  terminal goes in through a door that the console closes before it draws the prompt.  It waits for who is inside, but
  only for a while: they may be held by a terminal that was stopped.
- *What is written while the door is closed* goes to the end of a queue, one per stream, and the console prints it above
  the prompt.
- *Order is kept in each stream.*  While something is in its queue, a write goes to the queue as well, open door or not.
- *Nothing stays in a queue.*  Who has put something there looks at the door once more, and empties the queue itself if
  that is open by now: the console opens it first and empties the queues then, so one of the two sees the piece.  Only
  one at a time empties a queue (it has claimed that), and looks again when it has given the claim back; so who does not
  get the claim can go.  A piece is removed when it was written, not before: until then others queue up behind it.
- *A thread that only prints* is held up when much is queued, but by a queue of its own, on which the console rings.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gshell.console.last_line import ERASE, LastLine
from gshell.console.output_queue import HeldUp, OutputQueue, last_state
from gshell.console.typed_line import TypedLine
from gshell.native_threads import get_ident
from gshell.streams import visible
from gshell.threads.abandon import completes
from gshell.threads.door import Door

BATCHES = 16
"""How often a queue is emptied in a row, while another thread prints faster than we write."""
KEYS = 0.02
"""Seconds that the keys have before more is printed."""
LONG = 1000
"""Bytes of a line after which nobody waits for its end."""
STOPPED = 0.5
"""Seconds that the console waits for who is writing: a terminal that was stopped (Ctrl-S) must not hold it."""


completes(__file__)


class AbovePrompt:
    """Where output goes while the prompt is shown.  Belongs to the console thread's loop."""

    def __init__(self, terminal: int = 1) -> None:
        """`terminal` is its descriptor, whatever the streams' become."""
        self.prompting = False
        """The prompt is on the screen (or about to be).  Set it with show() and hide()."""
        self._line = LastLine(terminal)
        self._with_bar = False  # the prompt shows a line that has not ended
        self._cut = False  # the prompt has ended a line of the output, whose own end may still come
        self._typed = TypedLine(terminal)
        self._door = Door()
        self._queues = {1: OutputQueue(), 2: OutputQueue()}
        self._held_up = HeldUp()
        self._console = 0  # the ident of its thread
        self._loop: asyncio.AbstractEventLoop | None = None
        self._print: Callable[[Callable[[], None]], Coroutine[Any, Any, None]] | None = None
        self._printing: asyncio.Future[None] | None = None  # kept: a task may be collected while it runs

    # In the console thread.

    def connect(
        self, loop: asyncio.AbstractEventLoop, run_above: Callable[[Callable[[], None]], Coroutine[Any, Any, None]]
    ) -> None:
        """Print with `await run_above(function)`, which hides the prompt, calls the function, and shows it again.

        In the console thread.
        """
        self._console = get_ident()
        self._loop = loop
        self._print = run_above

    def show(self, *, with_bar: bool = False) -> None:
        """The prompt is about to be drawn, which shows bar() itself, or does not.  In the console thread."""
        self.prompting = True
        self._with_bar = with_bar
        self._door.close(STOPPED)
        self.wipe_typed()
        self._ring()

    def show_typed(self, text: str) -> None:
        """Show what is typed ahead behind the output; "": nothing any more.  In the console thread."""
        with self.alone():
            self._typed.show(text, self._line.text)

    def hide(self, *, goes_on: bool = False) -> None:
        """The prompt has gone: write what still waits.  In the console thread.

        `goes_on`: so does the command whose line it may have ended.
        """
        self._line.forget()
        self.prompting = False
        self._door.open()
        self.flush()
        self._cut &= goes_on

    def cut(self) -> None:
        """The prompt, which is about to be drawn, ends the line that the output is in, and whose own end may still
        come; a progress bar it shows itself, and that goes from the screen."""
        if bar := self._line.bar:
            self.write(self._line.fd, ERASE)
            self._queues[self._line.fd].pieces.appendleft(bar)
        self._cut |= not self._line.at_start

    def echoed(self) -> None:
        """The kernel has written what was typed, "^C" say.  In any thread."""
        self._line.go_on()

    def say(self, text: str) -> None:
        """Write a line of the shell's own while a command runs.  In the console thread."""
        with self.alone(), suppress(OSError), self.own_lines(self.write):
            self.write(2, f"{visible(text)}\n".encode(errors="replace"))  # the terminal may be gone, or closed by code

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, unless the terminal was stopped.  In the console thread."""
        self._door.close(STOPPED)
        try:
            yield
        finally:
            if not self.prompting:
                self._door.open()
                self.flush()

    def _start(self) -> None:
        """Somebody has put something into a queue."""
        if not self.prompting or self._print is None:
            self.flush()
        elif not self._is_printable():
            self._shorten()
        elif self._printing is None or self._printing.done():
            self._printing = asyncio.ensure_future(self._print_lines())

    async def _print_lines(self) -> None:
        while self.prompting and self._is_printable() and self._print is not None:
            await self._print(self._write_lines)
            await asyncio.sleep(KEYS)  # while it prints, the prompt reads no keys

    def _shorten(self) -> None:
        """Only a progress bar waits: make room for the next states of it."""
        for waiting in self._queues.values():
            with waiting.emptying(object()) as mine:
                if mine:
                    waiting.shorten()
        self._held_up.go_on()

    def _is_printable(self) -> bool:
        return any(self._lines(waiting.look()[1]) for waiting in self._queues.values())

    def bar(self) -> str:
        """What waits of a line that has not ended, a progress bar, or one in parts.  In the console thread."""
        for waiting in self._queues.values():
            data = waiting.look()[1]
            if rest := data[len(self._lines(data)) :].rstrip(b"\r").rpartition(b"\r")[2]:
                return visible(rest.decode(errors="replace"), colours=False)
        return ""

    def _lines(self, data: bytes) -> bytes:
        """What of `data` makes whole lines.  An unfinished one waits for its end if it is a progress bar, which is
        written anew again and again, or is to be seen meanwhile; else it is ended."""
        lines, newline, rest = data.rpartition(b"\n")
        waits = not rest or b"\r" in rest or (self._with_bar and len(rest) < LONG)
        return lines + newline if waits else data

    def _write_lines(self) -> None:
        for fd, waiting in self._queues.items():
            with waiting.emptying(object()) as mine:
                if mine:  # else somebody writes who began before the prompt was shown, and is held by the terminal
                    self._write_whole_lines(fd, waiting)
        self._held_up.go_on()

    def _write_whole_lines(self, fd: int, waiting: OutputQueue) -> None:
        count, data = waiting.look()
        lines = self._lines(data)
        waiting.remove(count)
        if rest := last_state(data[len(lines) :]):
            waiting.pieces.appendleft(rest)
        if lines:
            cut = not lines.endswith(b"\n")
            self.write(fd, lines + b"\n" * cut)
            self._cut = cut

    # In any thread.

    @property
    def at_line_start(self) -> bool:
        """Whether the last byte written was the end of a line."""
        return self._line.at_start

    @contextmanager
    def own_lines(self, write: Callable[[int, bytes], None] | None = None) -> Iterator[None]:
        """What is written meanwhile has lines of its own; a progress bar is there again below them."""
        write = write or self.put
        fd, bar = self._line.fd, self._line.bar
        if not self._line.at_start:
            write(fd, ERASE if bar else b"\n")
        try:
            yield
        finally:
            if bar:
                write(fd, b"\n" * (not self._line.at_start) + bar)

    def write(self, fd: int, data: bytes) -> None:
        """Write to the terminal itself.  From any thread; in another one than the console's through the door."""
        if data and self._cut:
            self._cut, data = False, data.removeprefix(b"\n")
        wiped = self._typed.wipe()
        written = os.write(fd, data)
        while written < len(data):
            written += os.write(fd, memoryview(data)[written:])
        if data:
            self._line.note(fd, data)
        if wiped:
            self._typed.again(self._line.text)

    def wipe_typed(self) -> None:
        """Show it no more: somebody writes to the terminal by other ways than this.  From any thread."""
        self._typed.end()

    def write_or_queue(self, fd: int, data: bytes) -> None:
        """Write to the terminal, or have it written above the prompt soon.  From any thread, and signal handlers.

        A thread that prints and prints is held up while the prompt is shown, as it is by the terminal itself where
        there is none: or what waits would soon fill the memory, and the console would come to nothing else.
        """
        waiting = self._queues[fd]
        token = object()
        try:
            if self._door.enter(token) and not waiting.pieces:
                self.write(fd, data)
                return
        finally:
            self._door.leave(token)
        if waiting.is_full and get_ident() != self._console:
            self._held_up.wait(waiting)
        self.put(fd, data)

    def put(self, fd: int, data: bytes) -> None:
        """Have `data` written above the prompt, or at once if there is none.  From any thread; does not wait."""
        self._queues[fd].pieces.append(data)
        if self._door.is_open:
            self.flush()
        else:
            self._ring()

    def _ring(self) -> None:
        """Have the console look at the queues.

        Each time, and not only if nobody has done so before: who is broken off between noting that and doing it
        would leave all that follows hidden.
        """
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: who closes it hides the prompt before
                self._loop.call_soon_threadsafe(self._start)

    def flush(self) -> None:
        """Write all that waits, whether or not its line has ended, unless there is a prompt.  From any thread."""
        for fd, waiting in self._queues.items():
            for _ in range(BATCHES):
                if not waiting.pieces or not self._door.is_open or not self._empty(fd, waiting):
                    break
            else:
                self._ring()

    def _empty(self, fd: int, waiting: OutputQueue) -> bool:
        """Write what is in a queue now.  False: somebody else does, and will look at the queue again; or the door is
        closed, and the console does."""
        token = object()
        with waiting.emptying(token) as mine:
            if not mine:
                return False
            try:
                if not self._door.enter(token):
                    self._ring()
                    return False
                count, data = waiting.look()
                try:
                    self.write(fd, data)
                finally:  # if it was broken off, too: a part of it is written
                    waiting.remove(count)
            finally:
                self._door.leave(token)
        self._held_up.go_on()
        return True

    def after_fork(self) -> None:
        """In a forked child there is no prompt, nor the threads that were writing; what waits is the parent's."""
        self.prompting = False
        self._door = Door()
        self._queues = {fd: OutputQueue() for fd in self._queues}
        self._held_up = HeldUp()
        self._loop = None

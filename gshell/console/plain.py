"""The prompt on a terminal that can only print lines (TERM=dumb: in an editor's shell buffer, say)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from gshell.console.guests import Interlude, Request
from gshell.console.typed import cells
from gshell.streams import visible


class PlainPrompt:
    """Reads cells, without colours, and with the keys that the terminal itself knows.  In the console thread.

    The kernel edits the line, so Ctrl-C is a SIGINT here, and Ctrl-D an empty read.
    """

    def __init__(
        self,
        is_complete: Callable[[str], bool],
        hand_over: Callable[[], None],
        stdin: TextIO,
        stdout: TextIO,
        on_ctrl_c: Callable[[], None],
    ) -> None:
        """`on_ctrl_c()` is called when Ctrl-C has the cell begin anew."""
        self.can_move = False
        """Whether the terminal can move its cursor."""
        self._on_ctrl_c = on_ctrl_c
        self.is_reading = False
        self._is_guests = False
        self._is_complete = is_complete
        self._hand_over = hand_over  # puts the terminal into its ordinary mode
        self._stdin = stdin
        self._fd = stdin.fileno()
        self._stdout = stdout
        self._prompt = ""
        self._typed = b""  # and not yet used
        self._lines: list[str] = []  # of the cell
        self._has_input = asyncio.Event()
        self._ended = False
        self._error: BaseException | None = None

    async def read(self, number: int, on_ready: Callable[[], None] | None = None, text: str = "") -> str:
        """Show the prompt of cell `number` and return what was typed.

        `on_ready` is called when the prompt was written.  A `text` to be edited can only be shown.  Raises EOFError for
        Ctrl-D.
        """
        if text:
            self._write(f"{visible(text)}\n")
        with self._reading(f"In [{number}]: "), self._ending_line():
            if on_ready is not None:
                on_ready()
            while not self._lines or not self._is_complete("\n".join(self._lines)):
                if self._lines:
                    self._write("...: ".rjust(len(self._prompt)))
                line = await self._line()
                self._lines.append(line)  # of the cell as it is now: Ctrl-C may have begun another
            return "\n".join(self._lines).rstrip()

    @contextmanager
    def _reading(self, prompt: str, *, guest: bool = False) -> Iterator[None]:
        """The prompt is on the screen meanwhile, for a cell or a `guest`."""
        self._prompt, self._lines = prompt, []
        self._hand_over()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._fd, self._on_input)
        self.is_reading, self._is_guests = True, guest
        try:
            self._write(prompt)
            yield
        finally:
            self.is_reading = self._is_guests = False
            loop.remove_reader(self._fd)

    @contextmanager
    def _ending_line(self) -> Iterator[None]:
        """Who makes room leaves the next line for that."""
        try:
            yield
        except Interlude:
            self._write("\n")
            raise

    async def ask(self, text: str) -> bool:
        """Ask nothing: a program has such a terminal as a rule, and means its Ctrl-D."""
        return True

    async def read_line(self, request: Request) -> str:
        """Read a line for somebody else.  Raises EOFError for Ctrl-D, KeyboardInterrupt for Ctrl-C."""
        with self._reading(request.prompt, guest=True):
            return await self._line()

    def make_room(self) -> bool:
        """Have read() raise Interlude, unless lines have been typed; whether it will."""
        if not self.is_reading or self._is_guests or self._lines or self._typed:
            return False
        self.break_off(Interlude())
        return True

    async def _line(self) -> str:
        while b"\n" not in self._typed:
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._ended:
                self._ended = False  # whoever reads the next line may get one
                self._write("\n")
                raise EOFError
            self._has_input.clear()
            await self._has_input.wait()
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(errors="surrogateescape")

    def _on_input(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            data = b""  # the terminal is gone
        self._typed += data
        self._ended = not data
        self._has_input.set()

    def interrupt(self) -> None:
        """Ctrl-C: begin the cell anew, or have the guest interrupted."""
        if self._is_guests:
            self._write("\n")
            self.break_off(KeyboardInterrupt())
            return
        self._on_ctrl_c()
        self._lines, self._typed = [], b""
        self._write(f"\n{self._prompt}")

    def break_off(self, error: BaseException) -> None:
        """Have who reads get the error."""
        self._error = error
        self._has_input.set()

    def start_line(self, *, is_started: bool) -> None:
        """Begin a line, unless that `is_started`."""
        if not is_started:
            self._write("\n")

    async def print_above(self, function: Callable[[], None]) -> None:
        """Call `function()`, which prints, and show the prompt again if there is one."""
        if self.is_reading:
            self._write("\n")
        function()
        if self.is_reading:
            self._write(self._prompt)

    def typed_ahead(self) -> tuple[bytes, bool, list[str]]:
        """Take what was typed after the last cell; Ctrl-C is never among it."""
        typed, self._typed = self._typed, b""
        return typed, False, []

    def pressed_ahead(self) -> bool:
        """Whether Ctrl-C is among it."""
        return False

    def type_ahead(self, data: bytes) -> None:
        """Have the next prompt find what was typed."""
        self._typed += data

    def drop_queued(self, data: bytes) -> list[str]:
        """Return the cells in what was typed, and is not to run any more.  There are no arrow keys to keep it for."""
        typed, self._typed = self._typed + data, b""
        return cells(typed, self._is_complete)

    def _write(self, text: str) -> None:
        self._stdout.write(text)
        self._stdout.flush()

    # What such a terminal does not have.

    def resize(self) -> None:
        """The terminal has another size: its own affair."""

    def refresh(self) -> None:
        """There is no toolbar."""

    def say_status(self, status: int) -> None:
        """There is no toolbar."""

    def set_title(self, title: str) -> None:
        """There is no title."""

    def keep_title(self) -> None:
        """There is no title."""

    def restore_title(self) -> None:
        """There is no title."""

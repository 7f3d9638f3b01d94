"""The keys while a command runs: kept for who asks for them, shown meanwhile, dropped by Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from gshell.console.output import AbovePrompt
from gshell.console.terminal import Terminal
from gshell.console.typed import shown, split

STATUS_KEY = b"\x14"  # Ctrl-T
LINGER = 0.1
"""Seconds for which keys are left to a command that may just be about to read them."""


class BusyKeys:
    """Reads the terminal, from begin() to end(), while nobody else does.  In the console thread."""

    def __init__(
        self, terminal: Terminal, above: AbovePrompt, actions: Mapping[bytes, Callable[[bytes], None]], *, show: bool
    ) -> None:
        """`actions`: what is called for keys that are no input of the command's, with what was typed behind them;
        `show`: the cursor can be moved."""
        self._terminal = terminal
        self._above = above
        self._actions = {key: action for key, action in actions.items() if key}
        self._show = show
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reading: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """A command runs, and this console has its terminal."""
        self._loop = asyncio.get_running_loop()
        self.listen()

    def end(self) -> None:
        """It runs no more, or another console has the terminal: that one's reader is not to be touched any more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self._loop is not None:
            self._loop.remove_reader(self._terminal.fd)
            self._loop = None

    def listen(self) -> None:
        """Read keys when there are some, if the terminal is ours.  After it may have changed hands."""
        if self._loop is not None and self._reading is None and not self._terminal.echoes:
            self._loop.add_reader(self._terminal.fd, self._on_key)

    def _on_key(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._terminal.fd)
            self._reading = self._loop.call_later(LINGER, self._read)

    def _read(self) -> None:
        self._reading = None
        rest = self._terminal.read_ahead(self._actions)
        self.listen()
        self._act(rest)

    def keep(self, typed: bytes) -> None:
        """Act on what was typed, in another mode of the terminal, or behind one of the keys."""
        self._act(self._terminal.keep(typed, self._actions))

    def _act(self, rest: bytes) -> None:
        self.show()
        if rest:
            self._actions[rest[:1]](rest[1:])

    def read(self) -> None:
        """Keep what is typed until now, but for those keys, for which it is too late."""
        rest = self._terminal.read_ahead(self._actions)
        while rest:
            rest = self._terminal.keep(rest[1:], self._actions)

    def show(self) -> None:
        """Show what is typed ahead, if the terminal is ours."""
        if self._loop is not None and self._show:
            with self._terminal.held() as ours:
                if ours:
                    self._above.show_typed(shown(self._terminal.ahead))

    def drop(self) -> bytes:
        """Take what is typed ahead up to the last Enter; the rest runs nothing, and stays."""
        self.read()
        queued, rest = split(self._terminal.take_ahead())
        self._terminal.keep(rest)
        self.show()
        return queued

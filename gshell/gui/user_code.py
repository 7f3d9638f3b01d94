"""Which code of the user's Ctrl-C ends on the GUI thread: a machine that knows no threads.

The user's code comes to the GUI thread by on_gui(), and as callbacks of figures.  Ctrl-C ends it if it takes too long;
what is the shell's own or the toolkit's, it must never end.  The states of the thread:

IDLE      The user's code does not run: Ctrl-C is not for this thread.  So it is while an event loop runs inside the one
          that runs (a dialog): that waits for the user, and the code that has opened it begins anew when it is closed.
RUNNING   The user's code runs.  Ctrl-C raises KeyboardInterrupt in it, once, and not before it is well into its work:
          an exception that lands a moment after its end would hit our own code.
ASIDE     The user's code runs, and has us handle events meanwhile (`plt.pause()` in a callback).  What is done then is
          ours, or other code of the user's (then the state is RUNNING).  Ctrl-C is kept, and raised when it goes on.

Who breaks off a piece of code takes its claim, and so does its end: the first to take it decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Literal, TypeVar

from gshell.threads.claim import Claim

TOO_LONG = 0.3
"""Seconds after which Ctrl-C ends the user's code on the GUI thread."""

T = TypeVar("T")


class State(Enum):
    """What the GUI thread does, as Ctrl-C sees it; see above."""

    IDLE = auto()
    RUNNING = auto()
    ASIDE = auto()


class _Piece:
    """A piece of the user's code that was begun."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._whole: Claim[Literal[True]] = Claim(True)  # taken by Ctrl-C, or by its end
        self.due: Claim[Literal[True]] = Claim()  # KeyboardInterrupt, for when it goes on

    def break_off(self, now: float) -> bool:
        """Whether the caller is to break it off.  From any thread."""
        return now - self._began > TOO_LONG and self._whole.take() is not None

    def end(self) -> None:
        self._whole.take()


class UserCode:
    """The user's code on the GUI thread.  All methods but press() are for that thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._running: _Piece | None = None
        self._aside: _Piece | None = None  # that waits, while nothing or other code runs

    @property
    def state(self) -> State:
        """What runs now."""
        if self._running is not None:
            return State.RUNNING
        return State.IDLE if self._aside is None else State.ASIDE

    def press(self) -> bool:
        """Ctrl-C was pressed: whether KeyboardInterrupt is to be raised in what runs now.  From any thread."""
        now, running, aside = self._now(), self._running, self._aside
        if running is not None and running.break_off(now):
            return True
        if aside is not None and aside.break_off(now):
            aside.due.offer(True)
        return False

    def run(self, function: Callable[[], T]) -> T:
        """Run code of the user's: RUNNING meanwhile."""
        outer, self._running = self._running, _Piece(self._now())
        try:
            return function()
        finally:
            self._running.end()
            self._running = outer

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The code that runs (if any does) has events handled: ASIDE meanwhile.

        Raises the KeyboardInterrupt that was due for it, when that has ended.
        """
        outer = self._running, self._aside
        self._running, self._aside = None, self._aside if self._running is None else self._running
        try:
            yield
        finally:
            self._running, self._aside = outer
        if any(piece is not None and piece.due.take() for piece in outer):
            raise KeyboardInterrupt

    @contextmanager
    def nested_loop(self) -> Iterator[None]:
        """An event loop runs inside the one that runs: IDLE meanwhile.  The code that has opened it begins anew."""
        outer, self._running = self._running, None
        try:
            yield
        finally:
            self._running = None if outer is None else _Piece(self._now())

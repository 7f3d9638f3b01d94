"""Which code of the user's Ctrl-C ends on the GUI thread: a machine that knows no threads.

The user's code comes to the GUI thread by on_gui(), and as callbacks of figures.  Ctrl-C ends it if it takes too long;
what is the shell's own or the toolkit's, it must never end.  The states of the thread:

IDLE      The user's code does not run: Ctrl-C is not for this thread.  So it is while an event loop runs inside the one
          that runs (a dialog): that waits for the user, and the code that has opened it begins anew when it is closed.
RUNNING   The user's code runs.  Ctrl-C raises KeyboardInterrupt in it, once, and not before it is well into its work:
          an exception that lands a moment after its end would hit our own code.
ASIDE     The user's code runs, and has us handle events meanwhile (`plt.pause()` in a callback).  What is done then is
          ours, or other code of the user's (then the state is RUNNING).  Ctrl-C is kept, and raised when it goes on.

Who breaks off a piece of code takes its claim, and so does its end: the first to take it decides.  To take it and to
raise the exception are two steps, between which the thread goes on.  So at each change of state it looks whether the
claim is gone, and waits for what was done with it: the exception comes in the code that it was for, or at its very end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import Literal, TypeVar

from gshell.threads.async_exc import checkpoint
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
        self._is_aside = False
        self._due: Claim[Literal[True]] = Claim()  # KeyboardInterrupt, for when it goes on
        self._answered = False  # Ctrl-C has taken the claim, and done what it does

    def break_off(self, now: float, throw: Callable[[], None]) -> bool:
        """Ctrl-C: whether it was for this piece, which gets KeyboardInterrupt.  From any other thread."""
        if now - self._began <= TOO_LONG or self._whole.take() is None:
            return False
        try:
            if self._is_aside:
                self._due.offer(True)
            else:
                throw()
        finally:
            self._answered = True
        return True

    def put_aside(self) -> bool:
        """From now on Ctrl-C is kept; whether KeyboardInterrupt is due already."""
        self._is_aside = True
        return self._whole.look() is None and self._answer()

    def go_on(self) -> bool:
        """From now on Ctrl-C is raised in it; whether it is due already."""
        self._is_aside = False
        return self._whole.look() is None and self._answer()

    def end(self) -> None:
        """From now on Ctrl-C is for something else.  What was raised comes here at the latest."""
        if self._whole.take() is None:
            self._answer()

    def _answer(self) -> bool:
        """Ctrl-C has taken the claim: wait until it has done what it does; whether KeyboardInterrupt is due.

        Not for ever: the thread that does it may have been given up.
        """
        for _ in range(1000):
            if self._answered:
                break
            time.sleep(0.001)
        checkpoint()
        return self._due.take() is not None


class UserCode:
    """The user's code on the GUI thread.  All methods but press() are for that thread."""

    def __init__(self, throw: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        """`throw()`, called in other threads, raises KeyboardInterrupt in this one."""
        self._throw = throw
        self._now = now
        # The piece that runs, and the one that waits while nothing or another one runs.  In one attribute: a press that
        # read the one before and the other after a change would find neither.
        self._pieces: tuple[_Piece | None, _Piece | None] = None, None

    @property
    def state(self) -> State:
        """What runs now."""
        running, aside = self._pieces
        if running is not None:
            return State.RUNNING
        return State.IDLE if aside is None else State.ASIDE

    def press(self) -> bool:
        """Ctrl-C was pressed: raise KeyboardInterrupt in what runs now; whether it was.  From any other thread."""
        now, (running, aside) = self._now(), self._pieces
        if running is not None and running.break_off(now, self._throw):
            return True
        if aside is not None:
            aside.break_off(now, self._throw)
        return False

    def run(self, function: Callable[[], T]) -> T:
        """Run code of the user's: RUNNING meanwhile."""
        outer, piece = self._pieces, _Piece(self._now())
        self._pieces = piece, outer[1]
        try:
            try:
                return function()
            except KeyboardInterrupt:
                with suppress(KeyboardInterrupt):  # of the same press, which has ended an event loop in there, say
                    piece.end()
                raise
            finally:
                piece.end()
        finally:
            self._pieces = outer

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The code that runs (if any does) has events handled: ASIDE meanwhile.

        Raises the KeyboardInterrupt that was due for it, when that has ended.
        """
        outer = running, waiting = self._pieces
        if running is not None and running.put_aside():
            raise KeyboardInterrupt
        self._pieces = None, waiting if running is None else running
        try:
            yield
        finally:
            self._pieces = outer
            due = running is not None and running.go_on()
        if due:
            raise KeyboardInterrupt

    @contextmanager
    def nested_loop(self) -> Iterator[None]:
        """An event loop runs inside the one that runs: IDLE meanwhile.  The code that has opened it begins anew."""
        outer, waiting = self._pieces
        if outer is not None:
            outer.end()
        self._pieces = None, waiting
        try:
            yield
        finally:
            self._pieces = None if outer is None else _Piece(self._now()), waiting

"""A function on its way to another thread, and its result on the way back."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from gshell.threads.claim import Claim
from gshell.threads.protection import interruptible
from gshell.threads.wakeup import SLICE

T = TypeVar("T")


class Call(Generic[T]):
    """A function that one thread asks another to run, which happens at most once.

    It waits, until it is run() or cancelled, whichever is first; then it runs, and then it has ended.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self.given_up = False
        """Whether Ctrl-C was pressed in the command that waits for it."""
        self._waiting = Claim(function)
        self._done = _thread.allocate_lock()
        self._done.acquire()
        self._ended = False  # set before `_done` is released, which can be taken only once
        self._results: list[T] = []
        self._error: BaseException | None = None

    # In the thread that runs it.

    def run(self) -> None:
        """Run the function, unless that was cancelled."""
        function = self._waiting.take()
        if function is None:
            return
        try:
            self._results.append(function())
        except BaseException as error:
            self._error = error
        self._ended = True
        self._done.release()

    def fail(self, error: BaseException) -> None:
        """It runs, and will never come to its end: its caller gets the error."""
        self._error = error
        self._ended = True
        self._done.release()

    # In the thread that has asked for it.

    def cancel(self) -> bool:
        """Have it never run.  False: it does already, or has."""
        return self._waiting.take() is not None

    @interruptible
    def wait(self) -> None:
        """Wait for its end.  Ctrl-C breaks that."""
        while not self._done.acquire(timeout=SLICE):
            pass

    def give_up(self) -> None:
        """Ctrl-C was pressed in the command that waits for it, and it runs already."""
        self.given_up = True

    def ends_soon(self) -> bool:
        """Wait for its end a little; whether it has ended."""
        return self._ended or self._done.acquire(timeout=SLICE) or self._ended

    @property
    def was_interrupted(self) -> bool:
        """Whether the function has raised KeyboardInterrupt."""
        return isinstance(self._error, KeyboardInterrupt)

    def result(self) -> T:
        """What the function has returned; raises what it has raised.  Once, after its end."""
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # the traceback holds this frame
        return self._results.pop()


class Running:
    """The calls that run in a thread now, one within the other.  For that thread."""

    def __init__(self) -> None:
        self._calls: list[Call[Any]] = []
        self._put_off: set[Call[Any]] = set()
        self._why_none = ""

    def run(self, call: Call[Any]) -> None:
        """Run one; after fail(), see to it that it never runs."""
        self._put_off.discard(call)
        if self._why_none:
            if call.cancel():
                call.fail(RuntimeError(self._why_none))
            return
        self._calls.append(call)
        try:
            call.run()
        finally:
            self._calls.remove(call)

    def put_off(self, call: Call[Any]) -> None:
        """One that can't run now is to be run later, by a timer of the toolkit's."""
        self._put_off.add(call)

    @property
    def given_up(self) -> bool:
        """Whether Ctrl-C was pressed in a command that waits for one of them."""
        return any(call.given_up for call in self._calls)

    def fail(self, why: str) -> None:
        """None of them will ever come to its end, and none that was asked for meanwhile may begin.

        Who waits for one gets a RuntimeError.
        """
        self._why_none = why
        for call in self._calls:
            call.fail(RuntimeError(why))
        for call in [*self._put_off]:  # their timers are gone, too
            self.run(call)

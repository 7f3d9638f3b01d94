"""Somebody visits the running command: a function runs between two bytecodes of the user's code, which then goes on.

The prompt beside the running command looks at variables in this way.  What it looks at must be consistent, so a visit
comes where KeyboardInterrupt may be raised: in code of the user's, and not in a call of matplotlib's, in an import, in
`protect()`.  Code that knows better says so: `with consistent():` keeps visits away, and one that calls `safepoint()`
again and again has them come there.

The worker itself receives the visit, in a signal handler (that of NUDGE), as it would stop at a breakpoint: with the
main-thread role, so Ctrl-C ends what the visit does even in a system call, and with the windows alive.  No signal is
sent, which would disturb the system call that the worker is in.  `_thread.interrupt_main()` has CPython believe in one.

A worker that blocks in C code comes to no bytecode.  Then the visit takes place elsewhere, on the GUI thread in its
turn at the gate, which the worker waits for when it returns.  Who comes first takes the visit.  In the same way a visit
takes place while the worker waits for events (`plt.pause`, `ginput`): matplotlib is called there, but has the events
handled meanwhile, whose callbacks may do anything, too.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, TypeVar

from gshell.code_origin import is_own, is_users
from gshell.native_threads import get_ident
from gshell.threads.claim import Claim
from gshell.threads.frame_exit import Leaving
from gshell.threads.native_future import NativeFuture
from gshell.threads.points import points
from gshell.threads.protection import protected, protecting_frame, protection
from gshell.threads.role import NUDGE

F = TypeVar("F", bound=Callable[..., Any])

_awaiting: set[CodeType] = set()


def awaits_events(function: F) -> F:
    """Mark a function of the shell's in which the worker waits, under the gate, for the user to do something."""
    _awaiting.add(function.__code__)
    return function


class Visit:
    """A function that is to run once, with the frame that the worker executes."""

    def __init__(self, job: Callable[[FrameType], Any]) -> None:
        self._job = Claim(job)
        self.outcome: NativeFuture[Any] = NativeFuture()
        """What the function has returned or raised."""
        self.ident = 0
        """The thread in which it takes place now; 0 before and afterwards."""

    @property
    def taken(self) -> bool:
        """Whether it takes place, or has.  From any thread."""
        return self._job.look() is None

    def cancel(self) -> bool:
        """Have it not take place; whether that came in time.  From any thread."""
        return self._job.take() is not None

    @protected
    def take_place(self, frame: FrameType) -> bool:
        """Run the function, if nobody has taken it."""
        job = self._job.take()
        if job is None:
            return False
        self.ident = get_ident()
        try:
            result = job(frame)
        except BaseException as error:
            self.ident = 0
            self.outcome.set_exception(error)
        else:
            self.ident = 0
            self.outcome.set_result(result)
        return True


def may_visit(frame: FrameType) -> bool:
    """Whether a visit may take place while `frame` is the innermost one.  From any thread.

    Not in the shell's own code, either: a print() that is in the middle of its writing allows no other.
    """
    return not (protection(frame) or points.elsewhere or is_own(frame.f_code.co_filename))


def may_visit_waiting(frame: FrameType) -> bool:
    """Whether a visit may take place in another thread, which has its turn at the gate, while the worker is in `frame`.

    Where it awaits events, what counts is whether the user's code may be visited that has it wait.
    """
    caller: FrameType | None = frame
    if frame.f_code in _awaiting:
        while caller is not None and not is_users(caller.f_code.co_filename):
            caller = caller.f_back
    return caller is not None and may_visit(caller)


class Visits:
    """Who waits for the worker."""

    def __init__(self) -> None:
        self._wanted = Claim[Visit]()
        self._leaving = Leaving(self._on_leaving, last=True)
        self._caller: FrameType | None = None  # of the function whose return is watched

    # In any thread.

    def ask(self, visit: Visit) -> None:
        """Have `visit` take place in the worker as soon as that is possible.  One at a time; ask again now and then."""
        if not self._wanted.offer(visit):
            self._wanted.take()
            self._wanted.offer(visit)
        self._knock()

    def release(self) -> None:
        """There is no shell any more, or this is a forked child."""
        self._wanted.take()
        points.release()

    @staticmethod
    def _knock() -> None:
        _thread.interrupt_main(NUDGE)  # type: ignore[arg-type]  # any number will do

    # In the worker.

    def adopt(self) -> None:
        """The calling thread is the worker."""
        self._leaving.forget()
        points.adopt(self._come)

    @protected
    def forget(self) -> None:
        """The command has ended, and its frames are not to be kept."""
        if self._caller is not None:
            self._leaving.forget()
            self._caller = None

    @protected
    def receive(self, frame: FrameType | None) -> None:
        """The handler of NUDGE has interrupted `frame`: let the visit take place if that is where it may."""
        if self._wanted.look() is None or frame is None or not points.is_here():
            return
        if may_visit(frame):
            self._come(frame)
        elif not points.elsewhere:
            self._wait_for_end(frame)

    @protected
    def _come(self, frame: FrameType) -> None:
        visit = self._wanted.take()
        if visit is not None:
            visit.take_place(frame)

    def _wait_for_end(self, frame: FrameType) -> None:
        """Come when the function returns that is not to be visited: a loop may call hardly anything else."""
        barring: FrameType | None = None
        caller: FrameType | None = frame
        while caller is not None and not may_visit(caller):
            barring = protecting_frame(caller) if protection(caller) else caller
            caller = None if barring is None else barring.f_back
        if barring is not None and caller is not None and self._leaving.watch(barring):
            self._caller = caller

    @protected
    def _on_leaving(self) -> None:
        caller, self._caller = self._caller, None
        if caller is not None and may_visit(caller):
            self._come(caller)

"""Ctrl-C: the flag KBINT, and KeyboardInterrupt in the worker, exactly once and never in the shell's own code.

A SIGINT handler runs between any two bytecodes.  If it raised wherever it happens to land, it would now and
then land in the shell itself: between taking a lock and the `try` that gives it back, or in the code that has
just caught the user's exception.  Trio met this first (its `_core/_ki.py`), and the way here is the same: the
handler looks at the frame that it interrupted.  Functions of ours that must not be broken are marked
`@protected`, the few that run user code on behalf of such a function (or that wait) are `@interruptible`, and
the first marked frame, from the interrupted one outward, decides.  In unmarked code of ours (a thin override of
a matplotlib method, say) that is whatever was decided further out, which is right: what counts is whether the
user's code is being run.

Where the handler may not raise, it leaves `pending` set.  Somebody has to come back to it: after a signal the
console thread sends the worker a NUDGE every few milliseconds as long as `pending` is set and the command runs.
The same nudge breaks the worker's system call when the kernel gave the SIGINT to another thread (one that a BLAS
library made, say): CPython's C handler then only notes the signal and writes to the wakeup fd.

The ladder: Ctrl-C sets KBINT.  A command that looked at the flag within the last second is trusted to stop by
itself, and has two seconds for it; a second press does not wait.  Everything else gets KeyboardInterrupt at once.
A script that clears KBINT has taken the interrupt: nothing follows.

Without the main-thread role (see role.py) the exception is raised with PyThreadState_SetAsyncExc, which does not
break a blocking call in C; all else is the same.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from gshell.threads.role import NUDGE, WAKE, add_pending_call, install_wake, pending_call

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

TRUST = 1.0
"""Seconds since it last looked at KBINT for which a command is trusted to stop by itself."""
PATIENCE = 2.0
"""Seconds that a trusted command has."""

F = TypeVar("F", bound=Callable[..., Any])

_marks: dict[CodeType, float] = {}  # for how many seconds KeyboardInterrupt is kept


def protected(function: F) -> F:
    """Mark a function in which (and in what it calls) KeyboardInterrupt is not raised, but kept for later."""
    _marks[function.__code__] = math.inf
    return function


def briefly_protected(function: F) -> F:
    """The same, but for some 0.2 s only, and with the exception raised as soon as the function has returned.

    For a function that may block, and is called so often that nudges would find the worker nowhere else.
    """
    _marks[function.__code__] = 0.2
    return function


def interruptible(function: F) -> F:
    """Mark a function that a protected one calls, and in which KeyboardInterrupt may be raised after all."""
    _marks[function.__code__] = 0.0
    return function


def _protection(frame: FrameType | None) -> float:
    """For how many seconds the nearest marked function, from `frame` outward, keeps a KeyboardInterrupt."""
    while frame is not None:
        mark = _marks.get(frame.f_code)
        if mark is not None:
            return mark
        frame = frame.f_back
    return 0.0


class _Flag:
    """The flag KBINT, and whether somebody looked at it since the console last asked."""

    __slots__ = ("polled", "set")

    def __init__(self) -> None:
        self.set = False
        self.polled = False


flag = _Flag()


def ipbreak() -> None:
    """Stop here if Ctrl-C was pressed: clear KBINT and raise SystemExit, which ends the script, not the shell.

    For the inner loop of a script that wants to be stopped at a consistent point.  From any thread.
    """
    flag.polled = True
    if flag.set:
        flag.set = False
        raise SystemExit


class Interrupts:
    """What Ctrl-C does to the command that runs in the worker."""

    def __init__(self) -> None:
        self._due: float | None = None  # since when a KeyboardInterrupt is due that could not be raised yet
        self.chase: Callable[[], None] = lambda: None
        """Set by the console: have its loop come back to `pending` soon.  Called from any thread."""
        self._running: deque[None] = deque()  # as long as there are commands, given and not yet ended
        self.deadline: float | None = None
        """When (time.monotonic) the patience with a trusted command ends, if Ctrl-C was pressed in one."""
        self._presses = 0
        self._seen_at = 0.0  # when the console last learned of a SIGINT
        self._heard_at = 0.0  # when our handler last ran
        self._polled_at = 0.0
        self._worker = 0
        self._role = False
        self._at_next_bytecode = pending_call(self._on_next_bytecode)
        self._wakeup_fd = -1
        self._handlers: dict[int, Callable[[int, FrameType | None], None]] = {}

    # In the worker.

    @protected
    def install(self, wakeup_fd: int, *, role: bool) -> None:
        """Handle signals from now on; every signal is also written to `wakeup_fd`.

        In the thread that holds the main-thread role: the worker (`role` true), else the OS main thread.
        """
        self._wakeup_fd = wakeup_fd
        self._role = role
        on_sigint = self._on_sigint  # one object: asyncio compares with `is`
        self._handlers = {signal.SIGINT: on_sigint, NUDGE: self._on_nudge}
        for name in ("SIGTERM", "SIGHUP", "SIGWINCH", "SIGCONT"):
            if hasattr(signal, name):
                self._handlers[getattr(signal, name)] = _nothing
        # asyncio.run() installs its own SIGINT handler, which cancels the task, only where it finds
        # signal.default_int_handler.  In this process that is ours.
        signal.default_int_handler = on_sigint  # type: ignore[assignment]
        self._set_handlers(*self._handlers)
        install_wake()
        os.register_at_fork(after_in_child=self._after_fork)

    @protected
    def restore(self) -> None:
        """Put back the SIGINT handler and the wakeup fd, in case user code (asyncio, say) has its own there."""
        if self._role:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, NUDGE})
            self._set_handlers(signal.SIGINT, NUDGE)

    def _set_handlers(self, *signums: int) -> None:
        signal.set_wakeup_fd(self._wakeup_fd, warn_on_full_buffer=False)
        for signum in signums:
            if signal.getsignal(signum) is not self._handlers[signum]:
                signal.signal(signum, self._handlers[signum])

    def uninstall(self) -> None:
        """Leave signals to Python again: the session is over.  On the OS main thread, when it has the role again."""
        signal.set_wakeup_fd(-1)
        for signum in self._handlers:
            if self.is_ours(signum):
                signal.signal(signum, _default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def is_ours(self, signum: int) -> bool:
        """Whether the user has left this signal to the shell.  From any thread."""
        return signal.getsignal(signum) is self._handlers.get(signum)

    def adopt(self) -> None:
        """The calling thread is the worker."""
        self._worker = threading.get_ident()

    def begin(self) -> None:
        """A command is given to the worker.  From any thread."""
        if not self._running:
            flag.set = flag.polled = False
            self._due = self.deadline = None
            self._presses = 0
            self._polled_at = 0.0
        self._running.append(None)

    @protected
    def end(self) -> None:
        """The command has ended: an interrupt that came too late for it is forgotten.  In the worker."""
        self._running.popleft()
        self._due = self.deadline = None

    @protected
    def keep(self) -> None:
        """Make a KeyboardInterrupt that could not be raised, or was just caught, due again."""
        self._due = self._due or time.monotonic()
        self.chase()

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that is due, if one is.  In the worker, before user code begins.

        Otherwise one from just before the command would be raised some milliseconds into it, when it may already be
        waiting for a child that the SIGINT did not reach.
        """
        if self._due is not None:
            self._due = None
            raise KeyboardInterrupt

    @property
    def pending(self) -> bool:
        """Whether a KeyboardInterrupt is due that could not be raised yet."""
        return self._due is not None

    def pending_for(self, seconds: float) -> bool:
        """Whether one has been due for so long."""
        return self._due is not None and time.monotonic() - self._due > seconds

    @protected
    def unraisable(self, unraisable: UnraisableHookArgs) -> None:
        """sys.unraisablehook: a KeyboardInterrupt that landed in a destructor or a weakref's callback is not lost.

        CPython can't raise an exception from there, prints it and forgets it.
        """
        if issubclass(unraisable.exc_type, KeyboardInterrupt) and threading.get_ident() == self._worker:
            if self.busy:
                self.keep()
        else:
            sys.__unraisablehook__(unraisable)

    def _on_sigint(self, signum: int, frame: FrameType | None) -> None:
        self._heard_at = time.monotonic()
        if self._role:
            self._press(frame)

    def _on_nudge(self, signum: int, frame: FrameType | None) -> None:
        protection = _protection(frame)
        if self.pending_for(protection):
            self._due = None
            raise KeyboardInterrupt
        if self.pending:
            self._wait_for_end(protection)

    def _wait_for_end(self, protection: float) -> None:
        """Come back when the briefly protected function that was interrupted has returned."""
        if 0.0 < protection < math.inf:
            add_pending_call(self._at_next_bytecode)

    @protected
    def _on_next_bytecode(self, _: int | None) -> int:
        if self.pending:
            protection = _protection(sys._getframe(1))
            if protection:
                self._wait_for_end(protection)  # not yet
            else:
                self._due = None
                raise_in_thread(self._worker, KeyboardInterrupt)  # from here, ctypes would print it and go on
        return 0

    @protected
    def _press(self, frame: FrameType | None) -> None:
        if not self.busy:
            return
        flag.set = True
        protection = _protection(frame)
        if self._trust():
            self.chase()  # to the deadline
        elif protection:
            self.keep()
            self._wait_for_end(protection)
        else:
            self._due = None
            raise KeyboardInterrupt

    def _trust(self) -> bool:
        self._presses += 1
        now = time.monotonic()
        if self._presses == 1 and self._polls():
            self.deadline = now + PATIENCE
            return True
        self.deadline = None
        return False

    def _polls(self) -> bool:
        """Whether the command looks at KBINT."""
        return flag.polled or time.monotonic() - self._polled_at < TRUST

    def _after_fork(self) -> None:
        # The child has the worker only: no console reads the wakeup fd, which is shared with the parent, and acts on
        # SIGTERM.  What the user has set stays.
        self.uninstall()

    # In the console thread.

    def poll(self) -> None:
        """Note whether the command looked at KBINT.  About twice a second while a command runs."""
        if flag.polled:
            flag.polled = False
            self._polled_at = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether a command runs, or is about to."""
        return bool(self._running)

    def press(self) -> None:
        """SIGINT has arrived in some thread.  Without the role, nobody else acts on it."""
        self._seen_at = time.monotonic()
        if not self._role and self.busy:
            flag.set = True
            if not self._trust():
                self.keep()

    def escalate(self) -> None:
        """Make KeyboardInterrupt due if the patience with a trusted command is over and KBINT is still set."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.deadline = None
            if self.busy and flag.set:
                self._due = time.monotonic()

    def unheard(self) -> None:
        """Some time after press(): make KeyboardInterrupt due if our handler should have run since, and has not.

        At the recursion limit the handler itself raises RecursionError, which the user's code may swallow.
        """
        # The handler may well have run a little before the console read of the signal.
        heard = self._heard_at > self._seen_at - 0.25
        if self._role and self.busy and not heard and not self._polls() and self.is_ours(signal.SIGINT):
            self._heard_at = self._seen_at
            flag.set = True
            self._due = self._due or time.monotonic()

    def wake(self) -> None:
        """Have the worker look at its signals, out of whatever system call it is in."""
        if self._role and self._worker:
            signal.pthread_kill(self._worker, WAKE)

    def nudge(self) -> None:
        """Have the worker raise the KeyboardInterrupt that is due, if it can now."""
        if not self._worker:
            return
        if self._role:
            signal.pthread_kill(self._worker, NUDGE)
        if self.pending_for(0.5 if self._role else 0.0) and not _protection(sys._current_frames().get(self._worker)):
            # No role, or the handler can't run (see unheard).  This needs no handler, only the next bytecode.
            self._due = None
            raise_in_thread(self._worker, KeyboardInterrupt)


def raise_in_thread(ident: int, exception: type[BaseException]) -> None:
    """Raise `exception` in another thread, between two of its bytecodes (PyThreadState_SetAsyncExc)."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(exception))


_default_int_handler = signal.default_int_handler


def _nothing(signum: int, frame: FrameType | None) -> None:
    """For signals that the console thread acts on when it reads their number from the wakeup fd."""

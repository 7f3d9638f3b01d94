"""Ctrl-C: the flag KBINT, and KeyboardInterrupt in the worker, exactly once and never in the shell's own code.

Where the handler may not raise (protection.py), it leaves `pending` set.  Somebody has to come back to it: the return
of the function that it must not break is watched (frame_exit.py), and after a signal the console thread sends the
worker a NUDGE every few milliseconds as long as `pending` is set and the command runs.  The same nudge breaks the
worker's system call when the kernel gave the SIGINT to another thread (one that a BLAS library made, say): CPython's C
handler then only notes the signal and writes to the wakeup fd.

The ladder:

1. Ctrl-C sets KBINT.  A command that looked at the flag within the last second is trusted to stop by itself, and has
   two seconds for it; a second press does not wait.  A script that clears KBINT has taken the interrupt: nothing
   follows.
2. Everything else gets KeyboardInterrupt at once; inside `protect()` at the end of the block.
3. A command that has not come to it within two seconds is in C code that does not look at signals, or swallows
   what is raised.  The user is told where it is, and that one more press abandons it (abandon.py, worker.py).

Step 3 must not wait for the handler, which may never run.  So it belongs to the console thread, which learns of every
SIGINT from the wakeup fd.  It does not take the silence of the handler for an answer either, since the user's code
may have its own there (asyncio has).  Then it asks with a NUDGE, whose handler runs where that of SIGINT would.

Without the main-thread role (see role.py) the exception is raised with PyThreadState_SetAsyncExc, which does not
break a blocking call in C, and no handler answers: there the command counts as stuck if it is at the very same
instruction two seconds later.  All else is the same.
"""

from __future__ import annotations

import ctypes
import faulthandler
import math
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from gshell.threads.async_exc import Abandoned, raise_below, raise_in_thread
from gshell.threads.flag import flag
from gshell.threads.frame_exit import Leaving
from gshell.threads.protection import protected, protecting_frame, protection, shield
from gshell.threads.role import NUDGE, TO_WORKER, WAKE, install_wake

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

SIGQUIT = getattr(signal, "SIGQUIT", 0)
"""Ctrl-\\; not on Windows."""
TRUST = 1.0
"""Seconds since it last looked at KBINT for which a command is trusted to stop by itself."""
PATIENCE = 2.0
"""Seconds that a trusted command has."""
LATE = 0.25
"""Seconds by which the console looks too late only if it was not run.  (It looks every few hundredths of a second.)"""
NUDGE_PATIENCE = 0.1
"""Seconds after which a NUDGE that was not handled is sent again: at the recursion limit its handler can't begin."""
SWALLOWED = 10.0
"""Seconds for which a KeyboardInterrupt that the command has survived counts as swallowed."""
UNHEARD = 0.5
"""Seconds after which a SIGINT that was not heard is followed by a NUDGE."""
STUCK = 2.0
"""Seconds after which the user is told that a command does not stop."""


class Interrupts:
    """What Ctrl-C does to the command that runs in the worker."""

    def __init__(self) -> None:
        self._due: float | None = None  # since when a KeyboardInterrupt is due that could not be raised yet
        self.chase: Callable[[], None] = lambda: None
        """Set by the console: have its loop come back to `pending` soon.  Called from any thread."""
        self._running: deque[None] = deque()  # as long as there are commands, given and not yet ended
        self._outer: list[deque[None]] = []  # those which the commands are given in that run now, see nested()
        self.deadline: float | None = None
        """When (time.monotonic) the patience with a trusted command ends, if Ctrl-C was pressed in one."""
        self._presses = 0
        self._seen_at = 0.0  # when the console last learned of a SIGINT
        self._heard_at = 0.0  # when our handler last ran
        self._polled_at = 0.0
        self._worker = 0
        self.role = False
        """Whether the worker has the main-thread role."""
        self._protection_end = Leaving(self._on_protection_end, last=True)
        self._nudged_at = 0.0  # when the NUDGE was sent that was not handled yet; 0 for none
        self._asked_at = 0.0  # when a SIGINT came that the worker has not answered yet; 0 for none
        self._raised: list[float] = []  # when KeyboardInterrupt was raised in this command
        self._thrown: tuple[float, FrameType, int] | None = None  # without the role: when, and where it was then
        self.told = False
        """Whether the user was told that the command is stuck.  Set by the console."""
        self._wakeup_fd = -1
        self._mask = threading.local()
        self._handlers: dict[int, Callable[[int, FrameType | None], None]] = {}

    # In the worker.

    @protected
    def install(self, wakeup_fd: int, *, role: bool) -> None:
        """Handle signals from now on; every signal is also written to `wakeup_fd`.

        In the thread that holds the main-thread role: the worker (`role` true), else the OS main thread.
        """
        self._wakeup_fd = wakeup_fd
        self.role = role
        on_sigint = self._on_sigint  # one object: asyncio compares with `is`
        self._handlers = {signal.SIGINT: on_sigint, NUDGE: self._on_nudge}
        for name in ("SIGTERM", "SIGHUP", "SIGWINCH", "SIGCONT"):
            if hasattr(signal, name):
                self._handlers[getattr(signal, name)] = _nothing
        # asyncio.run() installs its own SIGINT handler, which cancels the task, only where it finds
        # signal.default_int_handler.  In this process that is ours.
        signal.default_int_handler = on_sigint  # type: ignore[assignment]
        self._set_handlers(*self._handlers)
        if SIGQUIT:
            self._handle_quit()
        install_wake()

    def _handle_quit(self) -> None:
        """Have Ctrl-\\ print every thread's stack.

        At once, from the signal handler, only that of the thread that gets the signal: faulthandler reads the others'
        while they run, and the process died of it (of 300 presses beside four busy threads it survived 2 to 24).  The
        console prints all of them, when it has the GIL and so nothing runs.  Where it never gets it, in a C function
        that does not let go of it, that first stack is the one that matters: the signal is for the worker.
        """
        faulthandler.unregister(SIGQUIT)
        signal.signal(SIGQUIT, _nothing)  # which the next line makes the second to be called: for the wakeup fd
        faulthandler.register(SIGQUIT, 2, all_threads=False, chain=True)

    @property
    def prints_stacks(self) -> bool:
        """Whether the user has left Ctrl-\\ to the shell.  From any thread."""
        return bool(SIGQUIT) and signal.getsignal(SIGQUIT) is _nothing

    @protected
    def restore(self) -> None:
        """Put back the SIGINT handler and the wakeup fd, in case user code (asyncio, say) has its own there."""
        if self.role:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, NUDGE})
            self._set_handlers(signal.SIGINT, NUDGE)

    def _set_handlers(self, *signums: int) -> None:
        signal.set_wakeup_fd(self._wakeup_fd, warn_on_full_buffer=False)
        for signum in signums:
            if signal.getsignal(signum) is not self._handlers[signum]:
                signal.signal(signum, self._handlers[signum])

    def uninstall(self) -> None:
        """Leave signals to Python again: the session is over.  On the OS main thread, when it has the role again."""
        self._put_back()
        if self.prints_stacks:
            faulthandler.unregister(SIGQUIT)
            signal.signal(SIGQUIT, signal.SIG_DFL)
        shield.worker = 0
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_WORKER)

    def _put_back(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.default_int_handler = _default_int_handler
        for signum in self._handlers:
            if self.is_ours(signum):
                signal.signal(signum, _default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)

    def is_ours(self, signum: int) -> bool:
        """Whether the user has left this signal to the shell.  From any thread."""
        return signal.getsignal(signum) is self._handlers.get(signum)

    def adopt(self) -> None:
        """The calling thread is the worker."""
        self._worker = shield.worker = threading.get_ident()
        self._protection_end.forget()
        shield.reset()
        shield.deliver = self.deliver
        shield.is_ours = lambda: not self.role or self.is_ours(signal.SIGINT)

    def begin(self) -> None:
        """A command is given to the worker.  From any thread."""
        if not self._running:
            flag.set = flag.polled = False
            self._presses = 0
            self._polled_at = self._seen_at = self._heard_at = 0.0
            shield.reset()
            self._forget()
        self._running.append(None)

    @protected
    def end(self) -> None:
        """The command has ended: an interrupt that came too late for it is forgotten.

        In the worker; in the console thread for a command that is abandoned.
        """
        self._running.popleft()
        self._forget()

    def abandoned(self) -> None:
        """The command was given up, and all that it runs in.  In the console thread."""
        self._running, self._outer = [*self._outer, self._running][0], []
        self.end()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Meanwhile there are other commands, given within the one that runs, whose interrupts are no affair of its.

        In the worker.
        """
        self._outer.append(self._running)
        self._running = deque()
        self._forget()
        try:
            yield
        finally:
            self._running = self._outer.pop()
            self._forget()
            flag.set = False

    def _forget(self) -> None:
        self._due = self.deadline = self._thrown = None
        if threading.get_ident() == self._worker:
            self._protection_end.forget()
        self._asked_at = 0.0
        self._raised = []
        self.told = False

    @protected
    def answered(self) -> None:
        """What was raised, was caught by one who means that: a debugger at its prompt.  In the worker."""
        self._raised = []
        self.deadline = None
        self.told = flag.set = False

    @protected
    def keep(self) -> None:
        """Make a KeyboardInterrupt that could not be raised, or was just caught, due again."""
        self._due = self._due or time.monotonic()
        self.chase()
        if self.role and threading.get_ident() == self._worker:
            self._wait_for_end(sys._getframe(1))

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that is due, if one is.  In the worker, before user code begins.

        Otherwise one from just before the command would be raised some milliseconds into it, when it may already be
        waiting for a child that the SIGINT did not reach.
        """
        if self._due is not None:
            raise self._exception()

    def _exception(self) -> KeyboardInterrupt:
        """What is due, to be raised now."""
        self._note_raised()
        return KeyboardInterrupt()

    def _note_raised(self) -> None:
        self._due = None
        if self._thrown is not None:
            # It was thrown as well, and not raised yet: the handler ran first.
            raise_in_thread(self._worker, None)
            self._thrown = None
        if len(self._raised) < 2:
            self.told = False  # it was stuck, and now it is not
        self._raised.append(time.monotonic())

    @property
    def pending(self) -> bool:
        """Whether a KeyboardInterrupt is due that could not be raised yet."""
        return self._due is not None

    def pending_for(self, seconds: float) -> bool:
        """Whether one has been due for so long."""
        return self._due is not None and time.monotonic() - self._due > seconds

    def raised_within(self, seconds: float) -> bool:
        """Whether KeyboardInterrupt was raised so short a time ago.  In the worker."""
        return bool(self._raised) and time.monotonic() - self._raised[-1] < seconds

    @protected
    def unraisable(self, unraisable: UnraisableHookArgs) -> None:
        """sys.unraisablehook: a KeyboardInterrupt that landed in a destructor or a weakref's callback is not lost.

        CPython can't raise an exception from there, prints it and forgets it.
        """
        if issubclass(unraisable.exc_type, Abandoned):
            return  # in a destructor or a generator of the thread's, which it still ends
        if issubclass(unraisable.exc_type, KeyboardInterrupt) and threading.get_ident() == self._worker:
            if self.busy:
                self.keep()
        else:
            sys.__unraisablehook__(unraisable)

    def _on_sigint(self, signum: int, frame: FrameType | None) -> None:
        _clear_error()
        self._heard_at = time.monotonic()
        self._asked_at = 0.0
        if self.role:
            self._press(frame)

    def _on_nudge(self, signum: int, frame: FrameType | None) -> None:
        _clear_error()
        try:
            if self._asked_at:
                self._asked_at = 0.0
                self.told = False
            if self.pending_for(protection(frame)):
                raise self._exception()
            if self.pending:
                self._wait_for_end(frame)
        finally:
            self._nudged_at = 0.0

    def _wait_for_end(self, frame: FrameType | None) -> None:
        """Come back when the function that protects `frame` returns."""
        protecting = protecting_frame(frame)
        if protecting is not None and not shield.up:
            self._protection_end.watch(protecting)

    @protected
    def _on_protection_end(self) -> None:
        """The function that must not be broken is about to return."""
        if self.pending and not shield.up:
            self._note_raised()
            raise_below(KeyboardInterrupt)

    @protected
    def _press(self, frame: FrameType | None) -> None:
        if not self.busy:
            return
        flag.set = True
        if self._trust():
            self.chase()  # to the deadline
        elif protection(frame):
            self.keep()
        else:
            raise self._exception()

    def _trust(self) -> bool:
        self._presses += 1
        now = time.monotonic()
        if self._presses == 1 and self._polls():
            self.deadline = now + PATIENCE
            return True
        self.deadline = None
        return False

    def _polls(self) -> bool:
        """Whether the command has looked at KBINT shortly before Ctrl-C was pressed, or since."""
        # The handler may run long after that: when a function in C returns.
        return flag.polled or (self._seen_at or time.monotonic()) - self._polled_at < TRUST

    @protected
    def before_fork(self) -> None:
        """os.fork() is about to be called: no SIGINT until parent and child know who they are.

        In the child our handlers would write it to the wakeup fd, which is the parent's.
        """
        self._mask.before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    @protected
    def after_fork(self) -> None:
        """In a forked child, which has the worker only: signals are Python's again.  What the user has set stays."""
        self._put_back()
        shield.worker = 0

    @protected
    def forked(self) -> None:
        """The end of what before_fork() began.  In the parent and in the child."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask.before)

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

    def press(self) -> bool:
        """SIGINT has arrived in some thread.  True: the user, who was told that the command is stuck, gives it up."""
        self._seen_at = time.monotonic()
        if not self.busy:
            return False
        self._raised = [at for at in self._raised if self._seen_at - at < SWALLOWED]
        if self.told and (self.stuck or len(self._raised) > 1):
            if not shield.up:
                return True
            shield.broken = True
            self._due = self._seen_at
        self.told = False
        if self.role:
            if not (self._heard and self.is_ours(signal.SIGINT)):
                self._asked_at = self._asked_at or self._seen_at
        else:  # nobody else acts on it
            flag.set = True
            if not self._trust():
                self.keep()
        return False

    def press_early(self) -> None:
        """Ctrl-C was pressed just before the command that has begun, but that the worker does not have yet.

        The handler has run, and found no command; or it has yet to run in the worker, and will find this due.
        """
        flag.set = True
        self.keep()

    @property
    def stuck(self) -> bool:
        """Whether the command has not come to its interrupt, or has gone on after several, for STUCK seconds."""
        limit = time.monotonic() - STUCK
        if not self.busy:
            return False
        if self._due is not None:
            return self._due < limit
        if self._asked_at:
            return self._asked_at < limit
        if self._thrown is not None:
            thrown_at, frame, instruction = self._thrown
            now = sys._current_frames().get(self._worker)
            return thrown_at < limit and now is frame and frame.f_lasti == instruction
        return len(self._raised) > 1 and self._raised[-1] < limit

    @property
    def protecting(self) -> bool:
        """Whether it is stuck because it is in a protect() block."""
        return shield.up and self._due is not None

    @property
    def silent(self) -> bool:
        """Whether it has not answered since Ctrl-C, not even with a signal handler of the user's."""
        return self._asked_at > 0 or self._thrown is not None

    @property
    def watching(self) -> bool:
        """Whether an interrupt is on its way, or the command may turn out to be stuck."""
        if self._due is not None or self.deadline is not None or self._asked_at:
            return True
        since = self._thrown[0] if self._thrown else self._raised[-1] if len(self._raised) > 1 else -math.inf
        return time.monotonic() - since < STUCK + 0.5

    def escalate(self) -> None:
        """Make KeyboardInterrupt due if the patience with a trusted command is over and KBINT is still set."""
        if self.deadline is None:
            return
        now = time.monotonic()
        if now > self.deadline + LATE:
            self.deadline = now + LATE  # the machine has stalled, and the command had no time either
        elif now > self.deadline:
            self.deadline = None
            if self.busy and flag.set:
                self._due = now

    def unheard(self) -> None:
        """Some time after press(): ask for a sign of life, and make KeyboardInterrupt due if our handler should have
        run since, and has not: at the recursion limit it raises RecursionError itself, which user code may swallow.
        """
        if not self.role or not self.busy or time.monotonic() - self._seen_at < UNHEARD:
            return
        if not self.is_ours(signal.SIGINT):
            if self._asked_at and not shield.up:
                self._nudge()
        elif not self._heard and not self._polls():
            self._heard_at = self._seen_at
            flag.set = True
            self._due = self._due or self._seen_at

    @property
    def _heard(self) -> bool:
        """Whether our handler has run for the last SIGINT.  (It may do so a little before the console learns of it.)"""
        return self._heard_at > self._seen_at - 0.25

    def wake(self) -> None:
        """Have the worker look at its signals, out of whatever system call it is in."""
        self._signal(WAKE)

    def nudge(self) -> None:
        """Have the worker raise the KeyboardInterrupt that is due, if it can now."""
        if shield.up:
            return
        self._nudge()
        patience = 0.5 if self.role else 0.0
        if not self.pending_for(patience):
            return
        frame = sys._current_frames().get(self._worker)
        if frame is not None and self.pending_for(protection(frame) + patience):
            # No role, or the handler can't run (see unheard).  This needs no handler, only the next bytecode.
            self._due = None
            self._thrown = (time.monotonic(), frame, frame.f_lasti)
            if not self.role:
                self._raised.append(self._thrown[0])
            raise_in_thread(self._worker, KeyboardInterrupt)

    def _nudge(self) -> None:
        """Send a NUDGE, but not into the handler of the one before.

        That may wait for the GIL in its first line; with another one every few milliseconds it would be called from
        there again and again, and never come to its second.
        """
        now = time.monotonic()
        if now - self._nudged_at > NUDGE_PATIENCE:
            self._nudged_at = now
            self._signal(NUDGE)

    def _signal(self, signum: int) -> None:
        if self.role and self._worker:
            signal.pthread_kill(self._worker, signum)


_default_int_handler = signal.default_int_handler


def _nothing(signum: int, frame: FrameType | None) -> None:
    """For signals that the console thread acts on when it reads their number from the wakeup fd."""
    _clear_error()


_clear_error = ctypes.pythonapi.PyErr_Clear
"""For the beginning of every signal handler.  If two signals have come, and the handler of the first has raised,
builtins.input() calls that of the second with the exception set, and CPython makes a SystemError of the first result
that it sees then.  Nothing is lost: input() sets KeyboardInterrupt again by itself (bltinmodule.c)."""
_clear_error.restype = None

"""Which handlers are installed, when, and in which thread; masks, and what a fork needs."""

from __future__ import annotations

import faulthandler
import signal
import threading
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TypeAlias

from gshell.threads.interrupts.delivery import clear_error
from gshell.threads.interrupts.wakeup_fd import WakeupFd
from gshell.threads.protection import protected
from gshell.threads.role import NUDGE, TO_WORKER, install_wake
from gshell.threads.wakeup import RING

SIGQUIT = getattr(signal, "SIGQUIT", 0)
"""Ctrl-\\; not on Windows."""

Handler: TypeAlias = Callable[[int, FrameType | None], None]


class Signals:
    """The shell's signal handlers, from install() to uninstall()."""

    def __init__(self, wakeup_fd: int, on_sigint: Handler, on_nudge: Handler) -> None:
        """Every signal that has a handler is also written to `wakeup_fd`, by CPython's handler in C."""
        self._wakeup = WakeupFd(wakeup_fd)
        self._mask = threading.local()
        # One object for each: asyncio compares with `is`.
        self._handlers: dict[int, Handler] = {signal.SIGINT: on_sigint, NUDGE: on_nudge}
        for name in ("SIGTERM", "SIGHUP", "SIGWINCH", "SIGCONT"):
            if hasattr(signal, name):
                self._handlers[getattr(signal, name)] = _nothing

    @protected
    def install(self) -> None:
        """Handle signals from now on.  In the thread that has the main-thread role."""
        # asyncio.run() installs its own SIGINT handler, which cancels the task, only where it finds
        # signal.default_int_handler.  In this process that is ours.
        signal.default_int_handler = self._handlers[signal.SIGINT]  # type: ignore[assignment]
        self._wakeup.install()
        self._set(*self._handlers)
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
        """Put back the SIGINT handler and the wakeup fd, in case user code has its own there.  In the worker."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, NUDGE})
        self._wakeup.restore()
        self._set(signal.SIGINT, NUDGE)

    def _set(self, *signums: int) -> None:
        for signum in signums:
            if not self.is_ours(signum):
                signal.signal(signum, self._handlers[signum])

    def uninstall(self) -> None:
        """Leave signals to Python again: the session is over.  In the OS main thread, when it has the role again."""
        self._put_back()
        if self.prints_stacks:
            faulthandler.unregister(SIGQUIT)
            signal.signal(SIGQUIT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_WORKER)

    def _put_back(self) -> None:
        self._wakeup.uninstall()
        signal.default_int_handler = _default_int_handler
        for signum in self._handlers:
            if self.is_ours(signum):
                signal.signal(signum, _default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)

    def is_ours(self, signum: int) -> bool:
        """Whether the user has left this signal to the shell.  From any thread."""
        return signal.getsignal(signum) is self._handlers.get(signum)

    def forward(self, signums: Iterable[int]) -> None:
        """Write the signals that are not only the shell's to the user's wakeup fd, if there is one.

        In the console thread, with all that it has read from ours.
        """
        own = (RING, NUDGE)
        self._wakeup.forward(n for n in signums if n not in own and signal.getsignal(n) is not _nothing)

    def take_sigint(self) -> bool:
        """Take a SIGINT that the kernel has for this process, and that no thread has got yet; whether there was one.

        The kernel gives it to a thread by waking that, and on a busy machine the thread may run a good while later,
        in the time of the next command.  In the console thread, which blocks SIGINT.
        """
        take = getattr(signal, "sigtimedwait", None)  # not on macOS
        taken = False
        while take is not None and take({signal.SIGINT}, 0) is not None:
            taken = True
        return taken

    # Forks.

    @protected
    def before_fork(self) -> None:
        """os.fork() is about to be called: no signal of ours until parent and child know who they are.

        In the child our handlers would write its number to the wakeup fd, which is the parent's: a pool that ends its
        processes by SIGTERM, one of them just born, would end the session, and not the process.
        """
        ours = {*self._handlers, SIGQUIT} - {0}
        self._mask.before = signal.pthread_sigmask(signal.SIG_BLOCK, ours)

    @protected
    def after_fork(self) -> None:
        """In a forked child, which has the worker only: signals are Python's again.  What the user has set stays."""
        self._put_back()

    @protected
    def forked(self) -> None:
        """The end of what before_fork() began.  In the parent and in the child."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask.before)


_default_int_handler = signal.default_int_handler


def _nothing(signum: int, frame: FrameType | None) -> None:
    """For signals that the console thread acts on when it reads their number from the wakeup fd."""
    clear_error()

"""KeyboardInterrupt in the worker, once for each press, and never in the shell's own code.

Five ways lead to it: the SIGINT handler, that of the NUDGE, the end of code that must not be broken (a protect() block,
or a function whose return is watched), the begin of user code, and an asynchronous exception.  What is due is a claim
(Command.due): each of them takes it, in one step, and only who gets it raises (the asynchronous exception is set in
that same step).  The SIGINT handler is the one that may raise without having got it, as there was one more press; it
takes what is due along.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from gshell.native_threads import get_ident
from gshell.threads.async_exc import Abandoned
from gshell.threads.claim import Claim
from gshell.threads.flag import flag
from gshell.threads.frame_exit import Leaving
from gshell.threads.interrupts.commands import Command, Commands
from gshell.threads.interrupts.facts import Event
from gshell.threads.interrupts.ladder import HANDLERS, NUDGE_PATIENCE, State
from gshell.threads.protection import protected, protecting_frame, protection, shield
from gshell.threads.role import NUDGE, WAKE

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


class Delivery:
    """Raises KeyboardInterrupt in the worker."""

    def __init__(self, commands: Commands, ring: Callable[[], None]) -> None:
        """`ring()` has the console look at the ladder of the current command; from any thread and signal handler."""
        self.role = False
        """Whether the worker has the main-thread role, so that signal handlers run in it."""
        self._commands = commands
        self._ring = ring
        self._worker = 0
        self._protection_end = Leaving(self._on_protection_end, last=True)
        self._between = Claim[bool]()  # a press found no command
        self._nudged = Claim[float]()  # when the NUDGE was sent that was not handled yet

    # In the worker.

    def adopt(self) -> None:
        """The calling thread is the worker."""
        self._worker = get_ident()
        self._protection_end.forget()
        self._nudged.take()

    def is_worker(self) -> bool:
        """Whether the calling thread is the worker."""
        return get_ident() == self._worker

    @protected
    def end(self, command: Command) -> None:
        """The command has ended: what came too late for it is not raised any more."""
        command.due.take()
        self._protection_end.forget()

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that is due, if one is.  Before user code begins.

        Otherwise one from just before the command would be raised some milliseconds into it, when it may already be
        waiting for a child that the SIGINT did not reach.
        """
        command = self._commands.current
        if command is not None and command.due.take() is not None:
            raise self._exception(command)

    @protected
    def keep(self) -> None:
        """Make a KeyboardInterrupt that could not be raised, or was just caught, due again.  From any thread."""
        command = self._commands.current
        if command is not None:
            self._keep(command, sys._getframe(1))

    @protected
    def answered(self) -> None:
        """What was raised, was caught by one who means that: a debugger at its prompt."""
        command = self._commands.current
        if command is not None:
            command.accept()
        flag.clear()

    @protected
    def unraisable(self, unraisable: UnraisableHookArgs) -> None:
        """sys.unraisablehook: a KeyboardInterrupt that landed in a destructor or a weakref's callback is not lost.

        CPython can't raise an exception from there, prints it and forgets it.
        """
        if issubclass(unraisable.exc_type, Abandoned):
            return  # in a destructor or a generator of the thread's, which it still ends
        if issubclass(unraisable.exc_type, KeyboardInterrupt) and get_ident() == self._worker:
            self.keep()
        else:
            sys.__unraisablehook__(unraisable)

    def on_sigint(self, signum: int, frame: FrameType | None) -> None:
        """The handler of SIGINT.  Without the role it runs in the OS main thread, and the console acts instead."""
        clear_error()
        if self.role:
            self._press(frame)

    def on_nudge(self, signum: int, frame: FrameType | None) -> None:
        """In the handler of NUDGE, after clear_error(): raise what is due, or come back when that is possible."""
        try:
            command = self._commands.current
            if command is None:
                return
            command.note(Event.ANSWERED)
            since = command.due.look()
            if since is None:
                return
            if time.monotonic() - since <= protection(frame):
                self._wait_for_end(frame)
            elif command.due.take() is not None:
                raise self._exception(command)
        finally:
            self._nudged.take()

    @protected
    def _press(self, frame: FrameType | None) -> None:
        command = self._commands.current
        if command is None:
            self._between.offer(True)
            return  # a press between two commands is the console's affair
        command.note(Event.HEARD)
        if self.is_trusted(command):
            self._ring()  # the console has an eye on the deadline
        elif protection(frame):
            self._keep(command, frame)
        else:
            command.due.take()
            raise self._exception(command)

    def is_trusted(self, command: Command) -> bool:
        """Set KBINT; whether the press is left to the command, which looks at the flag.

        To be asked once for each press, by the one who acts on it: the handler, or the console if there is no role.
        """
        flag.press(command)
        is_first = command.first.take() is not None
        trusted = is_first and (flag.polled or command.ladder.polls(time.monotonic()))
        if trusted:
            command.note(Event.TRUSTED)
        return trusted

    def _keep(self, command: Command, frame: FrameType | None) -> None:
        command.due.offer(time.monotonic())
        self._ring()
        if self.role and get_ident() == self._worker:
            self._wait_for_end(frame)

    def _exception(self, command: Command) -> KeyboardInterrupt:
        """To be raised now, by who has taken what was due."""
        command.note_raised()
        return KeyboardInterrupt()

    def _wait_for_end(self, frame: FrameType | None) -> None:
        """Come back when the function that protects `frame` returns."""
        protecting = protecting_frame(frame)
        if protecting is not None and not shield.up:
            self._protection_end.watch(protecting)

    @protected
    def _on_protection_end(self) -> type[BaseException] | None:
        """The function that must not be broken is about to return."""
        command = self._commands.current
        if command is not None and not shield.up and command.due.take() is not None:
            command.note_raised()
            return KeyboardInterrupt
        return None

    # In the console thread.

    def take_between(self) -> bool:
        """Whether a press has found no command since the last call."""
        return self._between.take() is not None

    def make_due(self, command: Command, since: float) -> None:
        """KeyboardInterrupt is due in this command, and in no other."""
        flag.press(command)
        command.due.offer(since)

    def wake(self) -> None:
        """Have the worker look at its signals, out of whatever system call it is in."""
        self._signal(WAKE)

    def wake_thrown(self, command: Command) -> None:
        """Without the role: have what was thrown reach a system call that looks at signals, too.

        From Python 3.15 on (gh-144748).  Again and again, as it may just have been about to begin.
        """
        if sys.version_info >= (3, 15) and not self.role and command.catch_up().state is State.THROWN:
            signal.pthread_kill(self._worker, WAKE)

    def ask(self) -> None:
        """Have the worker give a sign of life, and raise the KeyboardInterrupt that is due, if it can now.

        Not into the handler of the NUDGE before this one.  That may wait for the GIL in its first line; with another
        one every few milliseconds it would be called from there again and again, and never come to its second.
        """
        now = time.monotonic()
        sent = self._nudged.look()
        if sent is None or now - sent > NUDGE_PATIENCE:
            self._nudged.take()
            self._nudged.offer(now)
            self._signal(NUDGE)

    def nudge(self, command: Command) -> None:
        """Have the worker raise the KeyboardInterrupt that is due, if it can now: by a handler, or without one."""
        self.ask()
        since = command.due.look()
        frame = sys._current_frames().get(self._worker)
        if since is None or frame is None:
            return
        patience = HANDLERS if self.role else 0.0
        if time.monotonic() - since > protection(frame) + patience:
            # Without the role, or where handlers can't begin: this needs no handler, only the next bytecode.
            command.throw(self._worker, frame)

    def _signal(self, signum: int) -> None:
        if self.role and self._worker:
            signal.pthread_kill(self._worker, signum)


clear_error = ctypes.pythonapi.PyErr_Clear
"""For the beginning of every signal handler.  If two signals have come, and the handler of the first has raised,
builtins.input() calls that of the second with the exception set, and CPython makes a SystemError of the first result
that it sees then.  Nothing is lost: input() sets KeyboardInterrupt again by itself (bltinmodule.c)."""
clear_error.restype = None

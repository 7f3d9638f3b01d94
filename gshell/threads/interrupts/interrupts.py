"""Ctrl-C in a session, for those who need more than one part of it: commands, delivery, ladder and signals."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gshell.threads.flag import flag
from gshell.threads.interrupts.commands import Command, Commands
from gshell.threads.interrupts.delivery import Delivery, clear_error
from gshell.threads.interrupts.ladder import Press, Step
from gshell.threads.interrupts.signals import Signals
from gshell.threads.protection import protected, shield
from gshell.threads.visits import Visits
from gshell.threads.wakeup import ring


class Interrupts(Delivery):
    """What Ctrl-C does to the commands that run in the worker."""

    def __init__(self, wakeup_fd: int) -> None:
        """Signals are written to `wakeup_fd`, and so is RING when the console is to look at the ladder."""
        self._commands = Commands()
        super().__init__(self._commands, self._ring_console)
        self.signals = Signals(wakeup_fd, self.on_sigint, self.on_nudge)
        """The handlers that are installed."""
        self.visits = Visits()
        """Who wants to look at the command that runs."""
        self._wakeup_fd = wakeup_fd
        self._forked = False

    def _ring_console(self) -> None:
        if not self._forked:  # the other end is the parent's
            ring(self._wakeup_fd)

    def install(self, *, role: bool) -> None:
        """Handle signals.  In the holder of the main-thread role: the worker (`role`), or the OS main thread."""
        self.role = role
        self.signals.install()

    def uninstall(self) -> None:
        """Leave signals to Python again: the session is over.  In the OS main thread, when it has the role again."""
        self.signals.uninstall()
        shield.release()
        self.visits.release()

    @protected
    def adopt(self) -> None:
        """The calling thread is the worker."""
        super().adopt()
        shield.adopt(self)
        self.visits.adopt()

    @property
    def handles_sigint(self) -> bool:
        """Whether a press comes to us: the shell's handler is there, or (without the role) needs none."""
        return not self.role or self.signals.is_ours(signal.SIGINT)

    @protected
    def after_fork(self) -> None:
        """In a forked child, which has the worker only."""
        self._forked = True
        self.signals.after_fork()
        shield.release()
        self.visits.release()

    def on_nudge(self, signum: int, frame: FrameType | None) -> None:
        """The handler of NUDGE: raise what is due, if that is possible, or let in who wants to visit the command."""
        clear_error()  # first: from 3.15 on super() is a call of C, which can't return while an exception is raised
        super().on_nudge(signum, frame)
        self.visits.receive(frame)

    # Commands.

    @property
    def busy(self) -> bool:
        """Whether a command runs, or is about to.  From any thread."""
        return self._commands.current is not None

    @property
    def current(self) -> Command | None:
        """The command that a press is for now, if there is one.  From any thread."""
        return self._commands.current

    def begin(self) -> Command:
        """A command is given to the worker: presses count for it from now on, if no other runs.  From any thread."""
        return self._commands.begin()

    @protected
    def end(self, command: Command) -> None:
        """The command has ended: an interrupt that came too late for it is forgotten.  In the worker."""
        self._commands.end(command)
        super().end(command)
        self.visits.forget()
        if self.role:
            self.signals.restore()

    def abandon(self) -> None:
        """The command that runs was given up, and all that it runs in.  In the console thread."""
        self._commands.abandon()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Meanwhile there are other commands, given within the one that runs.  In the worker."""
        self._protection_end.forget()
        with self._commands.nested():
            try:
                yield
            finally:
                self._protection_end.forget()

    # What is due, and what was raised, in the command that runs.

    @property
    def pending(self) -> bool:
        """Whether a KeyboardInterrupt is due that could not be raised yet.  From any thread."""
        return self.pending_for(0.0)

    def pending_for(self, seconds: float) -> bool:
        """Whether one has been due for so long.  From any thread."""
        command = self.current
        since = None if command is None else command.due.look()
        return since is not None and time.monotonic() - since >= seconds

    def raised_within(self, seconds: float) -> bool:
        """Whether KeyboardInterrupt was raised so short a time ago.  In the worker."""
        command = self.current
        at = None if command is None else command.raised_at
        return at is not None and time.monotonic() - at < seconds

    # The ladder, in the console thread.

    def poll(self) -> None:
        """Note whether the command looked at KBINT.  Every POLL seconds while a command runs."""
        command = self.current
        if flag.take_polled() and command is not None:
            command.ladder.polled(time.monotonic())

    def press(self, command: Command) -> Press:
        """The console has learned of a press while `command` runs: what it means."""
        now = time.monotonic()
        facts = command.facts(role=self.role, ours=self.handles_sigint, own_prompt=False)
        meaning = command.catch_up().press(now, facts)
        if meaning is Press.BREAK:
            shield.break_down()
            self.make_due(command, now)
        elif meaning is Press.WAIT and not self.role and not self.is_trusted(command):  # no handler acts on it
            self.make_due(command, now)
        return meaning

    def press_early(self) -> None:
        """Ctrl-C was pressed just before the command that has begun, but which the worker does not have yet.

        The handler has run, and found no command; or it has yet to run in the worker, and will find this due.
        """
        command = self.current
        if command is not None:
            self.make_due(command, time.monotonic())
            self._ring()

    def tick(self, command: Command, *, own_prompt: bool) -> Step:
        """Some time has passed since a press: do to the worker what the ladder says; the rest is the console's."""
        facts = command.facts(role=self.role, ours=self.handles_sigint, own_prompt=own_prompt)
        step = command.catch_up().tick(time.monotonic(), facts)
        if step.interrupt is not None:
            self.make_due(command, step.interrupt)
        if step.nudge:
            self.nudge(command)
        elif step.ask:
            self.ask()
        self.wake_thrown(command)
        return step

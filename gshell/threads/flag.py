"""The flag KBINT, which Ctrl-C sets, and ipbreak(), which asks for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from gshell.threads.protection import shield

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended: 128 + SIGINT, as in every shell."""


class Stopped(SystemExit):
    """The SystemExit of ipbreak().  A program that it ends has the exit status of one that Ctrl-C has ended."""

    def __init__(self, place: str) -> None:
        super().__init__(INTERRUPTED)
        self.place = place
        """Where it was: a line, or an item."""


class _Flag:
    """The flag KBINT, and whether somebody looked at it since the console last asked.

    It is set for one command: who presses Ctrl-C in the last moment of one does not mean the next.  Nobody clears it
    between the two, since a signal handler might set it just before that, or just after: it is looked for whom.
    """

    __slots__ = ("asked", "command", "polled", "polls", "set_for")

    def __init__(self) -> None:
        self.command: object = self
        """The command that runs, or that was the last one: threads of the user's may look later."""
        self.set_for: object = None
        """The command that it was set for."""
        self.polled = False
        self.polls = False
        """Whether the command looks at it now and then."""
        self.asked: Callable[[], object] | None = None
        """What somebody wants to be done where the command can be stopped, see ask()."""

    def begin(self, command: object) -> None:
        """Be the flag of this command from now on, for which it is not set."""
        if self.command is not command:
            self.command = command
            self.polled = self.polls = False

    def go_on(self, *, polled: bool, polls: bool) -> None:
        """The command goes on that others have interrupted: whether it had just looked, and does so now and then."""
        self.polled |= polled
        self.polls |= polls

    def press(self, command: object) -> None:
        """Ctrl-C was pressed in this command.  From any thread and signal handler."""
        self.set_for = command

    def ask(self, function: Callable[[], object] | None) -> None:
        """Have `function()` called by those who look, in their threads; None: nobody wants that any more."""
        self.asked = function

    def clear(self) -> None:
        """Whoever pressed Ctrl-C has been served."""
        self.set_for = None

    def take_polled(self) -> bool:
        """Whether somebody has looked at it since the last call."""
        polled, self.polled = self.polled, False
        self.polls |= polled
        return polled

    @property
    def set(self) -> bool:
        """Whether it is set, for the command that runs."""
        return self.set_for is self.command

    @set.setter
    def set(self, value: bool) -> None:  # KBINT = ..., by the user's code
        self.set_for = self.command if value else None


flag = _Flag()


def ipbreak() -> None:
    """Stop here if Ctrl-C was pressed: clear KBINT and raise SystemExit, which ends the script, not the shell.

    For the inner loop of a script that wants to be stopped at a consistent point.  From any thread.  Inside
    `protect()` it does nothing: the next one after the block stops.
    """
    flag.polled = True
    asked = flag.asked
    if asked is not None and not shield.up:
        asked()
    if flag.set_for is not None and flag.set_for is flag.command and not shield.up:
        frame = sys._getframe(1)
        stop_at(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")


def stop_at(place: str) -> None:
    """What ipbreak() does, in a place that is called so."""
    flag.polled = True
    asked = flag.asked
    if asked is not None and not shield.up:
        asked()
    if flag.set_for is not None and flag.set_for is flag.command and not shield.up:
        flag.set_for = None
        raise Stopped(place)

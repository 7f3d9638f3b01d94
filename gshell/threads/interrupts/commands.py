"""Which command a press of Ctrl-C is for: each has an identity, from when it is given to the worker until its end.

What is due in a command, and where it stands on the ladder, are attributes of that identity.  So an interrupt that
comes too late for its command is in nobody's way: it is offered to one that nobody looks at any more.
"""

from __future__ import annotations

import operator
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gshell.threads.async_exc import raise_if
from gshell.threads.claim import Claim
from gshell.threads.flag import flag
from gshell.threads.interrupts.facts import Event, Facts
from gshell.threads.interrupts.ladder import Ladder
from gshell.threads.points import points
from gshell.threads.protection import protected, shield


class Thrown:
    """An asynchronous exception that was set in the worker, and where the worker was then."""

    def __init__(self, worker: int, frame: FrameType) -> None:
        self._worker = worker
        self._frame = frame
        self._instruction = frame.f_lasti

    @property
    def moved(self) -> bool:
        """Whether the worker has come on since.  From any thread."""
        now = sys._current_frames().get(self._worker)
        return now is not self._frame or self._frame.f_lasti != self._instruction


class Command:
    """A command, as far as Ctrl-C is concerned."""

    def __init__(self) -> None:
        self.ladder = Ladder()
        """For the console thread; but see Ladder.polls()."""
        self.due = Claim[float]()
        """Since when a KeyboardInterrupt is due; who takes it, raises it."""
        self.first = Claim[bool](True)
        """The first press, which alone may be left to the command."""
        self.raised_at: float | None = None
        """When KeyboardInterrupt was last raised; None if it was not, or if that was accepted."""
        self.ended = False
        """Whether it has ended: nothing is to be raised for it any more."""
        self._thrown: Thrown | None = None  # the last one, until the worker has come on
        self._events: deque[tuple[Event, float]] = deque()

    def throw(self, worker: int, frame: FrameType) -> None:
        """Set what is due, if it still is, as an asynchronous exception in the worker, which executes `frame`.

        In the console thread.  Who takes what is due raises it, so here both are one step.  Between two the worker
        could raise by itself, or come to the end of the command, and this one would be one too many, or the next
        command's.  And it would be too late to take it back: as soon as the worker runs any function (until 3.14 a
        signal handler, too), what was set has been raised, in its first line.
        """
        thrown = Thrown(worker, frame)  # before the worker comes on
        self.raised_at = time.monotonic()  # before the worker can ask for it
        goes_on = map(operator.not_, map(operator.attrgetter("ended"), (self,)))
        if raise_if(worker, KeyboardInterrupt, goes_on, self.due.taking()):
            self._thrown = thrown
            self.note(Event.THROWN)

    def note(self, event: Event) -> None:
        """Tell the ladder, when it is next asked.  From any thread and signal handler."""
        self._events.append((event, time.monotonic()))

    def note_raised(self) -> None:
        """The same, for KeyboardInterrupt that is raised now.  In the worker."""
        self.raised_at = time.monotonic()
        self.note(Event.RAISED)

    def accept(self) -> None:
        """What was raised has been caught by one who means that."""
        self.raised_at = None
        self.note(Event.ACCEPTED)

    def end(self) -> None:
        """It has ended."""
        self.ended = True
        self._thrown = None

    def catch_up(self) -> Ladder:
        """Have the ladder know of all that has happened, and return it.  In the console thread."""
        while self._events:
            self.ladder.note(*self._events.popleft())
        return self.ladder

    def facts(self, *, role: bool, ours: bool, own_prompt: bool) -> Facts:
        """What the ladder has to know.  In the console thread."""
        thrown = self._thrown
        if thrown is not None and thrown.moved:
            thrown = self._thrown = None  # or the frame, and what is in it, would live on
        return Facts(
            role=role,
            ours=ours,
            due=self.due.look(),
            flag=flag.set,
            protected=shield.up,
            moved=thrown is None,
            own_prompt=own_prompt,
        )

    def forget(self) -> None:
        """Nothing has happened: what was due is not raised any more."""
        self.due.take()
        self._thrown = None
        self._events.clear()
        self.ladder = Ladder()


class Commands:
    """Those that were given to the worker and have not ended.  The first one runs, or is about to."""

    def __init__(self) -> None:
        self._given: deque[Command] = deque()
        self._outer: list[deque[Command]] = []  # those in whose first one these are given, see nested()

    @property
    def current(self) -> Command | None:
        """The command that a press is for now, if there is one.  From any thread."""
        try:
            return self._given[0]
        except IndexError:
            return None

    def begin(self) -> Command:
        """A command is given to the worker: from now on a press is for it, if no other runs.  From any thread."""
        command = Command()
        # First it is there, then we look whether it is the first.  The worker, which may end the one before it just
        # now, does the same in its end(): whoever looks last has it right, and both may.
        self._given.append(command)
        self._start_current()
        return command

    @protected
    def end(self, command: Command) -> None:
        """The command has ended, if it has not before; a press is for the next one from now on, if there is one.

        In the worker; in the console thread for a command that was abandoned.
        """
        command.end()
        if self.current is command:
            self._given.popleft()
            self._start_current()

    def _start_current(self) -> None:
        """See to it that KBINT is that of the command that a press is for now."""
        command = self.current
        if command is not None and flag.command is not command:
            flag.begin(command)
            shield.reset()
            points.reset()

    def abandon(self) -> None:
        """The command that runs was given up, and all that it runs in.  In the console thread."""
        nested = [*self._outer, self._given]
        self._given, self._outer = nested[0], []
        for command in [commands[0] for commands in nested if commands]:
            self.end(command)
            command.forget()  # the frames of its thread, too

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Meanwhile there are other commands, given within the one that runs, whose interrupts are no affair of its.

        In the worker.
        """
        command = self.current  # there is none if the prompt is in a plain Python program
        polls = flag.polls
        polled = command is not None and (flag.polled or command.ladder.polls(time.monotonic()))
        if command is not None:
            command.forget()
        self._outer.append(self._given)
        self._given = deque()
        try:
            yield
        finally:
            if command is not None:
                command.forget()
            flag.clear()
            # Last: a press from now on is for the command again, and must not be forgotten.
            self._given = self._outer.pop()
            self._start_current()
            # One that looks at KBINT still does: a press before it comes to that again is left to it.
            flag.go_on(polled=polled, polls=polls)

"""The command that runs, as the prompt beside it sees it: where it is, what it knows, and what can be done to it.

What is done is a visit (threads/visits.py).  It takes place in the worker, between two bytecodes of the command; or
elsewhere, if that blocks in C code.  A worker that is held carries out visits until it is let go.
"""

from __future__ import annotations

import sys
import time
from _queue import SimpleQueue
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from gshell.native_threads import get_ident
from gshell.shell.looks import Looks, users_frames
from gshell.shell.shell import Shell
from gshell.shell.watches import Watches
from gshell.threads.interrupts import Command, Interrupts
from gshell.threads.location import where_in
from gshell.threads.protection import protected
from gshell.threads.visits import Visit

BLOCKED = 0.02
"""Seconds after which a worker that has not come is taken for one that blocks in C code."""


@dataclass(frozen=True)
class Surroundings:
    """What there is beside the worker.  The functions are called in the console thread where nothing else is said."""

    ident: Callable[[], int]
    """The worker's, as threading.get_ident() has it.  From any thread."""
    waiting: Callable[[], AbstractContextManager[None]]
    """The worker waits meanwhile.  In the worker."""
    elsewhere: Callable[[Visit], object]
    """Have a visit take place in another thread, if the worker stands still or blocks."""
    end_elsewhere: Callable[[], object]
    """End the user's code there."""
    plotting: Callable[[], AbstractContextManager[None]]
    """What is plotted meanwhile appears.  In the thread of the visit."""
    own_lines: Callable[[], AbstractContextManager[None]]
    """What is written meanwhile has lines of its own, above a progress bar say.  In the thread of the visit."""


@dataclass(frozen=True)
class Spot:
    """A function of the user's that runs, for as long as it does: how many are around it, and which one it is.

    (Counted from the innermost it would be another one whenever that calls something.)
    """

    around: int
    code: CodeType


class _Hold:
    """The worker is held, from when it comes until it is let go."""

    def __init__(self, waiting: Callable[[], AbstractContextManager[None]]) -> None:
        self._waiting = waiting
        self._visits: SimpleQueue[Visit | None] = SimpleQueue()
        self.holds = False

    @protected
    def stay(self, frame: FrameType) -> None:
        """Carry out visits, until let_go().  In the worker."""
        self.holds = True
        try:
            while True:
                with self._waiting():
                    visit = self._visits.get()
                if visit is None:
                    return
                visit.take_place(frame)
        finally:
            self.holds = False

    def receive(self, visit: Visit) -> None:
        self._visits.put(visit)

    def let_go(self) -> None:
        self._visits.put(None)


class RunningCommand:
    """In the console thread, where nothing else is said."""

    def __init__(self, shell: Shell, interrupts: Interrupts, around: Surroundings) -> None:
        self._shell = shell
        self._interrupts = interrupts
        self._around = around
        self._looks = Looks(shell.cells, shell.display, shell.settings, shell.names)
        self._hold: _Hold | None = None
        self._command: Command | None = None  # as which a visit takes place in the worker
        self._watches = Watches(self._looks)

    # What there is to see.  From any thread but the worker.

    def is_here(self) -> bool:
        """Whether the calling thread runs it.  From any thread."""
        return get_ident() == self._around.ident()

    def frames(self) -> list[FrameType]:
        """The frames of the user's code, the innermost first."""
        return users_frames(sys._current_frames().get(self._around.ident()))

    def place(self, spot: Spot | None) -> str:
        """Where it is in the function at a spot, "script.py:12 in load"; None: the innermost; "" if that has ended."""
        frame = _frame_at(self.frames(), spot)
        return "" if frame is None else where_in(frame)

    def places(self) -> list[tuple[Spot, str]]:
        """The same for all spots, the innermost first."""
        frames = self.frames()
        return [(Spot(len(frames) - number, each.f_code), where_in(each)) for number, each in enumerate(frames, 1)]

    def names(self, spot: Spot | None) -> dict[str, Any]:
        """The names that are known there."""
        frame = _frame_at(self.frames(), spot)
        return {} if frame is None else {**self._shell.names.session, **frame.f_globals, **frame.f_locals}

    # What can be done.

    def look(self, text: str, spot: Spot | None) -> Visit:
        """Run what was typed, in the names of a spot; whether that is still there."""

        def look(frame: FrameType) -> bool:
            there = _frame_at(_visited(frame), spot)
            if there is not None:
                with self._around.plotting():
                    self._looks.run(text, there, self._around.own_lines)
            return there is not None

        return self._visit(look)

    def values(self, expressions: Sequence[str], spot: Spot | None) -> Visit:
        """Say in a few characters what watched expressions are."""

        @protected
        def evaluate(frame: FrameType) -> list[str]:
            frames = _visited(frame)
            try:
                return self._watches.values(expressions, frames, _frame_at(frames, spot) or frames[0])
            except KeyboardInterrupt:  # nobody has asked for this just now: it is for the command
                if self._interrupts.is_worker():
                    self._interrupts.keep()
                return ["interrupted"]

        return Visit(evaluate)

    def debug(self) -> Visit:
        """Have it stop at its next line, in the debugger."""

        return Visit(lambda frame: self._shell.commands.breakpoints.stop_in(_visited(frame)[0]))

    def _visit(self, function: Callable[[FrameType], Any]) -> Visit:
        """One in which Ctrl-C is for that, and not for the command."""

        @protected
        def visit(frame: FrameType) -> Any:
            if not self._interrupts.is_worker():
                return function(frame)
            with self._interrupts.nested():
                command = self._command = self._interrupts.begin()
                try:
                    return function(frame)
                finally:
                    self._command = None
                    self._interrupts.end(command)

        return Visit(visit)

    def ask(self, visit: Visit, since: float, *, anywhere: bool = True) -> None:
        """Have a visit take place, which was first asked for then (time.monotonic); now and then, until it is taken.

        `anywhere`: elsewhere too, if the worker does not come.
        """
        if self.held and self._hold is not None:
            self._hold.receive(visit)
            return
        self._interrupts.visits.ask(visit)
        if anywhere and time.monotonic() - since >= BLOCKED:
            self._around.elsewhere(visit)

    def end(self, visit: Visit) -> None:
        """Ctrl-C: end what a visit does, or have it not take place.  Again and again, until it has ended.

        No SIGINT: it might come to the worker when the visit has just ended, and would be the command's then.
        """
        command = self._command
        if visit.cancel():
            visit.outcome.set_result(None)
        elif command is not None:
            if command.due.look() is None and command.raised_at is None:
                self._interrupts.make_due(command, time.monotonic())
            self._interrupts.nudge(command)
        elif visit.ident and visit.ident != self._around.ident():
            self._around.end_elsewhere()

    @property
    def held(self) -> bool:
        """Whether it stands still, and is to."""
        return self._hold is not None and self._hold.holds

    def hold(self) -> Visit:
        """Have it stand still until go()."""
        self._hold = _Hold(self._around.waiting)
        return Visit(self._hold.stay)

    def go(self) -> None:
        """Let it go on."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.let_go()


def _visited(frame: FrameType) -> list[FrameType]:
    """The frames of the user's code, the innermost first; `frame` itself if there are none."""
    return users_frames(frame) or [frame]


def _frame_at(frames: Sequence[FrameType], spot: Spot | None) -> FrameType | None:
    """That of a spot, or the innermost; None if there is no such frame any more."""
    if spot is None:
        return frames[0] if frames else None
    found = frames[-1 - spot.around] if spot.around < len(frames) else None
    return found if found is not None and found.f_code is spot.code else None

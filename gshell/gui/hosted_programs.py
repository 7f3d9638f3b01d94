"""Programs of the user's with windows of their own, in a process that has an event loop running already.

The call by which such a program runs its event loop returns at once, and its windows are alive beside the prompt.
Without a prompt it returns when the last window is closed, as in plain Python, or after Ctrl-C.  What these calls are
called, and what a window is, each toolkit says (gui/*/programs.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, Generic, TypeVar

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import Host
from gshell.gui.nested_loops import LOOK

WATCH = 0.5
"""Seconds between two looks for windows that were closed."""
FIGURES = "gshell_is_figures"
"""An attribute of windows that belong to figures, and so to no program."""

W = TypeVar("W")
Later = Callable[[float, Callable[[], None]], None]


@dataclass(eq=False)
class Program(Generic[W]):
    """A program that has run its event loop, and was told that this has ended."""

    frame: FrameType
    """Of the function that has run the event loop, and is about to return.  It may hold what the program needs (its
    windows, its pictures) in its variables, and so do the frames of its callers."""
    windows: list[W]
    """Those that were its own then."""

    def left(self, there: list[W]) -> list[W]:
        """Its windows, of those that are `there`."""
        return [window for window in there if window in self.windows]

    def is_alive(self, there: list[W]) -> bool:
        """Whether it is to be kept: it has windows."""
        return bool(self.left(there))

    def let_go(self) -> None:
        """It is kept no more."""


P = TypeVar("P", bound=Program[Any])


class HostedPrograms(ABC, Generic[W, P]):
    """The programs that have run their event loop, with their windows.  On the GUI thread, but for host()."""

    def __init__(self, host: Host, later: Later) -> None:
        """`later(seconds, function)` is the event loop's."""
        self._host = host
        self._later = later
        self._programs: list[P] = []
        self._watching = False

    @abstractmethod
    def windows(self) -> list[W]:
        """The windows of programs that are there: all but those of figures."""

    @abstractmethod
    def close(self, window: W) -> None:
        """Close a window, which may be gone already."""

    @abstractmethod
    def program(self, frame: FrameType, windows: list[W]) -> P:
        """A program that has run its event loop in the function with this frame, and has these windows."""

    def host(self, frame: FrameType, wait: Callable[[], int]) -> int:
        """A program runs its event loop, in the function with this frame: what that call returns.  From any thread.

        `wait()` processes events until its end, by run_until_end().
        """
        if self._host.programs_block:
            return self._host.call(wait)
        self._host.call(lambda: self.keep(self.program(frame, self.new_windows())))
        return 0

    def new_windows(self) -> list[W]:
        """Those that belong to no program yet."""
        known = [window for program in self._programs for window in program.windows]
        return [window for window in self.windows() if window not in known]

    def keep(self, program: P) -> None:
        """Keep a program for as long as it is alive."""
        self._programs.append(program)
        if not self._watching:
            self._watching = True
            self._later(WATCH, self._watch)

    def _watch(self) -> None:
        there = self.windows()
        gone = [program for program in self._programs if not program.is_alive(there)]
        self._programs = [program for program in self._programs if program not in gone]
        for program in gone:
            program.let_go()
        self._watching = bool(self._programs)
        if self._watching:
            self._later(WATCH, self._watch)

    def close_windows(self) -> None:
        """A program has ended its event loop: close the windows of all."""
        programs, self._programs = self._programs, []
        for program in programs:
            for window in program.windows:
                self.close(window)

    @runs_events
    def run_until_end(
        self, run: Callable[[], int], end: Callable[[], object], has_ended: Callable[[], bool] | None = None
    ) -> int:
        """Run an event loop by `run()`; have it end by `end()` when it is given up, or (if given) when `has_ended()`.

        Returns what it returns; raises KeyboardInterrupt if it was given up.
        """
        runs = True

        def look() -> None:
            if not runs:
                return
            if self._host.given_up or (has_ended is not None and has_ended()):
                end()
            self._later(LOOK, look)

        self._later(LOOK, look)
        try:
            # Ctrl-C ends the loop by look() only: an exception as well would find the program at its end, or us.
            with self._host.nested_loop():
                status = run()
        finally:
            runs = False
        # Asked here, not noted by look(): who looks for all the toolkit's loops (nested_loops.py) may have been first.
        if self._host.given_up:
            raise KeyboardInterrupt
        return status

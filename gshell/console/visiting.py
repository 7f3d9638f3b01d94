"""Has visits to the running command take place, one after the other, from the prompt beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from gshell.native_threads import get_ident
from gshell.shell.running import Spot
from gshell.threads.visits import Visit

STEP = 0.01
"""Seconds between two tries to have a visit take place."""
LONG = 1.0
"""Seconds after which one that takes longer says so."""


class Running(Protocol):
    """The command that runs.  In the console thread, where nothing else is said."""

    @property
    def held(self) -> bool:
        """Whether it stands still."""
        ...

    def is_here(self) -> bool:
        """Whether the calling thread runs it.  From any thread."""
        ...

    def place(self, spot: Spot | None) -> str:
        """Where it is in the function at a spot, None: the innermost; empty if that has ended."""
        ...

    def places(self) -> list[tuple[Spot, str]]:
        """The same for all functions of the user's code, the innermost first."""
        ...

    def names(self, spot: Spot | None) -> dict[str, Any]:
        """The names that are known there.  From any thread but its own."""
        ...

    def look(self, text: str, spot: Spot | None) -> Visit:
        """Run what was typed, in its names; whether it is still there."""
        ...

    def values(self, expressions: Sequence[str], spot: Spot | None) -> Visit:
        """What expressions are, in a few characters each."""
        ...

    def debug(self) -> Visit:
        """Have it stop at its next line, in the debugger."""
        ...

    def hold(self) -> Visit:
        """Have it stand still until go()."""
        ...

    def go(self) -> None:
        """Let it go on."""
        ...

    def ask(self, visit: Visit, since: float, *, anywhere: bool = True) -> None:
        """Have a visit take place that was first asked for then; `anywhere`: not only in its own thread."""
        ...

    def end(self, visit: Visit) -> None:
        """End what a visit does."""
        ...


class Visiting:
    """In the console thread, where nothing else is said."""

    def __init__(self, running: Running, say: Callable[[str], None]) -> None:
        """`say(text)` shows a line to the user."""
        self._running = running
        self._say = say
        self._visit: Visit | None = None
        self._is_ending = False

    @property
    def waits(self) -> bool:
        """Whether one takes place, or is to."""
        return self._visit is not None

    async def quiet(self) -> None:
        """Wait until none is."""
        while self._visit is not None:
            await asyncio.sleep(STEP)

    @property
    def takes_place(self) -> bool:
        """Whether one does now.  From any thread."""
        visit = self._visit
        return visit is not None and visit.ident != 0

    def is_here(self) -> bool:
        """Whether the calling thread is in the middle of one."""
        visit = self._visit
        return visit is not None and visit.ident == get_ident()

    def end(self) -> None:
        """End it, if there is one."""
        if self._visit is not None:
            self._is_ending = True
            self._running.end(self._visit)

    async def pay(self, visit: Visit, *, anywhere: bool = True, say: bool = True) -> Any:
        """Have a visit take place; return its result, or raise what it raises; None if end() was called before.

        `anywhere`: not only in the worker; `say`: say it if that takes long.
        """
        outcome = asyncio.wrap_future(visit.outcome)
        try:
            await self._bring_about(visit, outcome, outcome.done, anywhere=anywhere, say=say)
            return outcome.result()
        except asyncio.CancelledError:
            if not visit.cancel():  # or Ctrl-C would be for that
                await asyncio.wait({outcome}, timeout=LONG)
            raise
        finally:
            self._visit, self._is_ending = None, False

    async def hold(self) -> bool:
        """Have the command stand still until go(); whether it does, which end() prevents."""
        visit = self._running.hold()
        outcome = asyncio.wrap_future(visit.outcome)
        try:
            await self._bring_about(visit, outcome, lambda: self._running.held or outcome.done(), anywhere=False)
        finally:
            self._visit, self._is_ending = None, False
        return self._running.held

    async def _bring_about(
        self,
        visit: Visit,
        outcome: asyncio.Future[Any],
        is_done: Callable[[], bool],
        *,
        anywhere: bool,
        say: bool = True,
    ) -> None:
        """Ask for a visit until it takes place, and wait until `is_done()`."""
        begin = time.monotonic()
        self._visit = visit
        while not is_done():
            if not visit.taken:
                self._running.ask(visit, begin, anywhere=anywhere)
            if say and time.monotonic() - begin > LONG:
                say = False
                self._say_long(visit, anywhere=anywhere)
            await asyncio.wait({outcome}, timeout=LONG / 10 if visit.taken else STEP)
            if self._is_ending and not is_done():
                self._running.end(visit)

    def _say_long(self, visit: Visit, *, anywhere: bool) -> None:
        if visit.taken:
            what = "that takes its time"
        elif anywhere:
            what = "the command is where nobody may look"
        else:
            what = "that waits for the command to come out of the call that it is in"
        self._say(f"gshell: {what}; Ctrl-C ends it, and not the command")

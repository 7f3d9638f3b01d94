"""Carries out what the ladder says after Ctrl-C: comes back in time, tells the user, gives the command up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gshell.threads.interrupts import Interrupts, Press, Tell
from gshell.threads.worker import Worker

FENCE = 0.2
"""Seconds between two looks at threads that were given up."""


@dataclass(frozen=True)
class Reach:
    """How far Ctrl-C reaches beyond the command's own code.  The functions are called in the console thread."""

    on_press: Callable[[], None]
    """Called for every Ctrl-C, at the prompt too."""
    on_silence: Callable[[], None]
    """Called when the worker has not answered Ctrl-C for a moment: ends what does not look at signals."""
    give_up: str
    """What one more press does if a command does not stop: "abandon it"; empty if nothing can be done."""


class Chase:
    """Follows the command that runs, from a press of Ctrl-C until nothing is due in it any more.

    In the console thread.
    """

    def __init__(
        self,
        worker: Worker,
        interrupts: Interrupts,
        reach: Reach,
        say: Callable[[str], None],
        has_own_prompt: Callable[[], bool],
        on_fenced: Callable[[], None],
    ) -> None:
        """`say(text)` shows a line; `has_own_prompt()`: a program of the command's has the terminal; `on_fenced()`: the
        last thread that was given up has ended."""
        self._worker = worker
        self._interrupts = interrupts
        self._reach = reach
        self._say = say
        self._has_own_prompt = has_own_prompt
        self._on_fenced = on_fenced
        self._timer: asyncio.TimerHandle | None = None

    def press(self) -> None:
        """SIGINT has arrived, in some thread, while a command runs."""
        command = self._interrupts.current
        if command is None:
            return
        if self._interrupts.press(command) is Press.GIVE_UP and self._worker.abandon():
            self._fence()
        else:
            self.look()

    def look(self) -> None:
        """Do what the ladder says is to be done now, and come back when it says so."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        command = self._interrupts.current
        if command is None:
            return
        step = self._interrupts.tick(command, own_prompt=self._has_own_prompt())
        if step.silence:
            self._reach.on_silence()
        if step.tell is not None:
            self._tell(step.tell)
        if step.again is not None:
            self._timer = asyncio.get_running_loop().call_later(step.again, self.look)

    def stop(self) -> None:
        """Follow nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self, what: Tell) -> None:
        """Tell the user that the command does not stop, where it is, and what one more press does."""
        place = self._worker.place() or "the command"
        once_more = f"; press it once more to {self._reach.give_up}" if self._reach.give_up else ""
        if what is Tell.PROTECTED:
            self._say(f"gshell: {place} is protected from Ctrl-C; press it once more to break that")
        elif what is Tell.SILENT:
            self._say(f"gshell: {place}, in C code, does not answer Ctrl-C{once_more}")
        else:
            self._say(f"gshell: {place} goes on after Ctrl-C{once_more}")

    def _fence(self) -> None:
        if self._worker.fence():
            asyncio.get_running_loop().call_later(FENCE, self._fence)
        else:
            self._on_fenced()

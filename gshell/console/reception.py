"""Gives the terminal to those who want a line (guests.py): while a command runs, or in the place of the prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from gshell.console.beside import Beside
from gshell.console.busy_keys import BusyKeys
from gshell.console.guests import Guests, Request
from gshell.console.output import AbovePrompt
from gshell.console.terminal import Terminal
from gshell.console.typed_ahead import TypedAhead, press

if TYPE_CHECKING:
    from gshell.console.plain import PlainPrompt
    from gshell.console.prompt import Prompt

AGAIN = 0.2
"""Seconds between two looks at whether the user has typed his line to its end."""
NEXT = 0.05
"""Seconds in which a thread that is stepped through comes back, before the shell's own prompt is shown again."""


class Reception:
    """That of one console.  In the console thread."""

    def __init__(
        self,
        guests: Guests,
        prompt: Prompt | PlainPrompt,
        terminal: Terminal,
        above: AbovePrompt,
        keys: BusyKeys,
        typed: TypedAhead,
        beside: Beside,
        is_busy: Callable[[], bool],
        on_answer: Callable[[], None],
    ) -> None:
        """`is_busy()`: a command runs; `on_answer()`: the worker, which has asked, may go on."""
        self._guests = guests
        self._prompt = prompt
        self._terminal = terminal
        self._above = above
        self._keys = keys
        self._typed = typed
        self._beside = beside
        self._is_busy = is_busy
        self._on_answer = on_answer
        self._serving: asyncio.Task[None] | None = None

    def receive(self) -> None:
        """Somebody may wait: have it served, as soon as nobody else uses the terminal."""
        request = self._guests.look()
        if request is None or self._serving is not None:
            return
        if self._is_busy():
            if not self._has_to_wait(request):
                self._serving = asyncio.ensure_future(self._serve())
        elif self._prompt.is_reading and not self._prompt.make_room():
            asyncio.get_running_loop().call_later(AGAIN, self.receive)

    @property
    def serves(self) -> bool:
        """Whether somebody has the terminal, or is to."""
        return self._serving is not None

    async def served(self) -> None:
        """Wait until nobody is served, or waits: the shell's own prompt is next."""
        while self._serving is not None or self._guests.look() is not None:
            if self._serving is None:
                self._serving = asyncio.ensure_future(self._serve())
            await asyncio.wait({self._serving})

    async def end(self) -> None:
        """Serve nobody any more."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait({self._serving})

    def _has_to_wait(self, request: Request) -> bool:
        """Whether a child, or input() in the command, has the terminal.  Whoever gives it back, rings."""
        return not request.in_worker and self._is_busy() and self._terminal.echoes

    async def _serve(self) -> None:
        try:
            while (request := self._guests.look()) is not None and not self._has_to_wait(request):
                self._guests.serve(request)
                request.give(await self._ask(request))
                if request.in_worker:
                    self._on_answer()
                else:
                    await asyncio.sleep(NEXT)
        finally:
            self._serving = None

    async def _ask(self, request: Request) -> str | BaseException:
        if self._beside.looks:  # it is what a look has come to, and the prompt beside the command waits for that
            return EOFError()
        await self._beside.give_way()
        self._keys.end()
        if request.in_worker:  # what was typed ahead is for it, as it would be for input()
            self._prompt.type_ahead(self._terminal.take_ahead())
        self._above.show()
        try:
            return await self._prompt.read_line(request)
        except asyncio.CancelledError:
            request.give(EOFError())
            if request.in_worker:
                self._on_answer()
            raise
        except (Exception, KeyboardInterrupt) as error:
            return error if isinstance(error, KeyboardInterrupt) else EOFError()
        finally:
            self._above.hide()
            if self._is_busy() and request.in_worker:  # also what was typed in the moment in which the line ended
                self._typed.take_keys_back()
            elif self._is_busy():  # ... or that is for the next line of the thread which is stepped through
                self._terminal.take()
                if self._prompt.pressed_ahead():
                    press()
                self._keys.begin()

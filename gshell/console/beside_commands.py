"""What is typed at the prompt beside a running command: code, or one of its own commands, which begin with %."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from gshell.console.numbered import Numbered
from gshell.console.visiting import Running, Visiting
from gshell.magics.session import BESIDE

WATCH = 0.5
"""Seconds between two looks at what is watched."""
_OWN = re.compile(r"%(\w+)\s*(.*)\Z", re.DOTALL)


class BesideCommands:
    """Carries it out, for as long as the prompt is open.  In the console thread."""

    def __init__(
        self,
        running: Running,
        visiting: Visiting,
        later: Numbered,
        watched: Numbered,
        say: Callable[[str], None],
        stop: Callable[[], None],
    ) -> None:
        """`later`: what runs when the command has ended; `watched`: expressions whose values the status has.

        `say(text)` shows lines to the user; `stop()` does what Ctrl-C does to the command.
        """
        self._running = running
        self._visiting = visiting
        self._later = later
        self._say = say
        self._press = stop
        self._level = 0
        self._watched = watched
        self._values: list[str] = []
        self._own: dict[str, Callable[[str], Awaitable[object]]] = {name: getattr(self, f"_{name}") for name in BESIDE}

    @property
    def level(self) -> int:
        """How many frames outward it looks."""
        return self._level

    def status(self) -> list[str]:
        """What there is to say of the command: where it is, whether it is held, what is watched."""
        values = [f"{name} = {value}" for name, value in zip(self._watched, self._values, strict=False)]
        return [self._running.place(self._level), "held" * self._running.held, *values]

    async def do(self, typed: str) -> bool:
        """Carry out what was typed; whether the prompt is to be closed then."""
        own = _OWN.match(typed)
        if own is not None and own[1] in self._own:
            return bool(await self._own[own[1]](own[2].strip()))
        await self._visiting.quiet()
        await self._visiting.pay(self._running.look(typed, self._level))
        return False

    async def look_at_watched(self) -> None:
        """Wait for the next time, and look at what is watched, unless something else looks."""
        await asyncio.sleep(WATCH)
        watched = [*self._watched]
        if watched and not self._visiting.waits:
            values = await self._visiting.pay(self._running.values(watched, self._level), say=False)
            if values is not None and watched == [*self._watched]:
                self._values = values

    async def _stop(self, _: str) -> bool:
        self._running.go()
        await self._visiting.quiet()
        self._press()
        return True

    async def _hold(self, _: str) -> None:
        await self._visiting.quiet()
        held = self._running.held or await self._visiting.hold()
        self._say("gshell: held; %go lets it go on" if held else "gshell: it is not held")

    async def _go(self, _: str) -> None:
        self._say("gshell: it goes on" if self._running.held else "gshell: it is not held")
        self._running.go()

    async def _debug(self, _: str) -> bool:
        self._running.go()
        await self._visiting.quiet()
        return bool(await self._visiting.pay(self._running.debug(), anywhere=False))

    async def _where(self, _: str) -> None:
        places = list(enumerate(self._running.places()))
        self._say("\n".join(f"{'>' if number == self._level else ' '} {place}" for number, place in reversed(places)))

    async def _up(self, _: str) -> None:
        self._go_to(self._level + 1)

    async def _down(self, _: str) -> None:
        self._go_to(self._level - 1)

    def _go_to(self, level: int) -> None:
        self._level = max(0, min(level, len(self._running.places()) - 1))
        self._values = []
        self._say(f"> {self._running.place(self._level)}")

    async def _then(self, argument: str) -> None:
        self._say(self._later.change(argument))

    async def _watch(self, argument: str) -> None:
        self._say(self._watched.change(argument))
        self._values = []

"""What is typed at the prompt beside a running command: code, or one of its own commands, which begin with %."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from gshell.console.numbered import Numbered
from gshell.console.visiting import Running, Visiting
from gshell.magics.session import BESIDE
from gshell.shell.running import Spot

_OWN = re.compile(r"%(\w+)\s*(.*)\Z", re.DOTALL)


class OwnCommand:
    """One of its own, for those who know magics: behind it is Python, or nothing."""

    usage: ClassVar[str] = ""
    options: ClassVar[Mapping[str, str]] = {}
    line: ClassVar[bool] = True
    cell: ClassVar[bool] = False
    verbatim: ClassVar[bool] = True
    command: ClassVar[bool] = False
    marked: ClassVar[bool] = True


OWN = dict.fromkeys(BESIDE, OwnCommand())
"""They are not in the ordinary prompt."""


class BesideCommands:
    """Carries it out, for as long as the prompt is open.  In the console thread."""

    def __init__(
        self,
        running: Running,
        visiting: Visiting,
        later: Numbered,
        watched: Numbered,
        say: Callable[[str], None],
    ) -> None:
        """`later`: what runs when the command has ended; `watched`: expressions whose values the status has.

        `say(text)` shows lines to the user.
        """
        self._running = running
        self._visiting = visiting
        self._later = later
        self._say = say
        self._spot: Spot | None = None  # None: the innermost, whichever that is
        self._watched = watched
        self._values: list[str] = []
        self._own: dict[str, Callable[[str], Awaitable[object]]] = {name: getattr(self, f"_{name}") for name in BESIDE}

    @property
    def spot(self) -> Spot | None:
        """Where it looks; None: at the innermost function."""
        return self._spot

    def status(self) -> list[str]:
        """What there is to say of the command: where it is, whether it is held, what is watched."""
        values = [f"{name} = {value}" for name, value in zip(self._watched, self._values, strict=False)]
        return [self._running.place(self._spot) or "ended", "held" * self._running.held, *values]

    async def do(self, typed: str) -> bool:
        """Carry out what was typed; whether the command is to be stopped."""
        own = _OWN.match(typed)
        if own is not None and own[1] in self._own:
            return bool(await self._own[own[1]](own[2].strip()))
        await self._visiting.quiet()
        if await self._visiting.pay(self._running.look(typed, self._spot)) is False:
            self._spot = None
            self._say("gshell: the function that was looked at has ended; now it is the innermost one again")
        return False

    async def look_at_watched(self) -> None:
        """Look at what is watched, unless something else looks."""
        watched = [*self._watched]
        if watched and not self._visiting.waits:
            values = await self._visiting.pay(self._running.values(watched, self._spot), say=False)
            if values is not None and watched == [*self._watched]:
                self._values = values

    async def _stop(self, _: str) -> bool:
        self._running.go()
        await self._visiting.quiet()
        return True

    async def _hold(self, _: str) -> None:
        await self._visiting.quiet()
        held = self._running.held or await self._visiting.hold()
        self._say("gshell: held; %go lets it go on" if held else "gshell: it is not held")

    async def _go(self, _: str) -> None:
        self._say("gshell: it goes on" if self._running.held else "gshell: it is not held")
        self._running.go()

    async def _debug(self, _: str) -> None:
        self._running.go()
        await self._visiting.quiet()
        await self._visiting.pay(self._running.debug(), anywhere=False)

    async def _where(self, _: str) -> None:
        lines = [
            f"{'>' if spot == self._spot or (self._spot is None and number == 0) else ' '} {place}"
            for number, (spot, place) in enumerate(self._running.places())
        ]
        self._say("\n".join(reversed(lines)))

    async def _up(self, _: str) -> None:
        places = self._running.places()
        if places:
            around = self._around(places)
            self._go_to(*next((each for each in places if each[0].around < around), places[-1]))

    async def _down(self, _: str) -> None:
        places = self._running.places()
        if places:
            around = self._around(places)
            further = next((each for each in reversed(places) if each[0].around > around), None)
            self._go_to(*(further or (None, places[0][1])))  # further than the innermost: whichever that is

    def _around(self, places: list[tuple[Spot, str]]) -> int:
        """How many functions are around the one that is looked at."""
        return (self._spot or places[0][0]).around

    def _go_to(self, spot: Spot | None, place: str) -> None:
        self._spot, self._values = spot, []
        self._say(f"> {place}")

    async def _then(self, argument: str) -> None:
        self._say(self._later.change(argument))

    async def _watch(self, argument: str) -> None:
        self._say(self._watched.change(argument))
        self._values = []

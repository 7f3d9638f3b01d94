"""What can be known about a cell that is being typed, looked up in threads of its own.

Quick questions have other threads than jedi, which reads sources and may take seconds.  So jedi is not in the way of
the next quick question, and neither is in the way of a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gshell.console.background import Background
from gshell.settings import Settings
from gshell.shell.known_magics import KnownMagic

if TYPE_CHECKING:
    from gshell.shell.completion import Completion, Found
    from gshell.shell.completion.signatures import Call, Shown

WARM_UP = 3.0
"""Seconds after the first prompt in which nobody has to wait for jedi's import."""


class Lookups:
    """Answers questions, each kind in a thread of its own.

    Asked in the console thread.  An answer is None if something newer was asked before the question's turn came, or if
    there is nothing to say.
    """

    def __init__(
        self,
        namespace: Callable[[], Mapping[str, Any]],
        magics: Callable[[], Mapping[str, KnownMagic]],
        settings: Settings,
    ) -> None:
        """`namespace()` returns a copy of the session's names, `magics()` its magics; our threads call both."""
        self._namespace = namespace
        self._magics = magics
        self._settings = settings
        self._completions, self._calls, self._imports = Background(), Background(), Background()
        # jedi's.  Not one for both: a signature that is asked for behind a completion would have that dropped.
        self._sources, self._signatures = Background(), Background()
        self._warming: asyncio.Future[None] | None = None

    def warm_up(self) -> None:
        """Import soon what the first Enter and the first Tab need: the user has a prompt now, and is about to type."""

        async def load() -> None:
            await self._imports.run(self._magics)
            await asyncio.sleep(WARM_UP)
            await self._imports.run(_load_jedi)

        self._warming = asyncio.ensure_future(load())

    def close(self) -> None:
        """End the threads; the next question begins new ones.  From any thread."""
        for each in (self._completions, self._calls, self._imports, self._sources, self._signatures):
            each.close()

    async def completions(self, text: str, cursor: int) -> Found | None:
        """What can follow in `text` at `cursor`, as far as the living objects say it."""

        def find() -> Found:
            from gshell.shell.completion import complete

            return complete(text, cursor, self._namespace(), self._magics(), self._settings.automagic)

        return await self._completions.run(find)

    async def others(self, find: Callable[[], list[Completion]]) -> list[Completion] | None:
        """What somebody else says can follow."""
        return await self._completions.run(find)

    async def completions_in_sources(self, text: str, cursor: int, start: int) -> list[Completion] | None:
        """What can follow in the code that starts at `start` of `text`, as jedi says."""

        def deduce() -> list[Completion]:
            from gshell.shell.completion import deduced

            return deduced.complete(text[start:], cursor - start, start, self._namespace())

        return await self._sources.run(deduce)

    async def call(self, text: str, cursor: int) -> tuple[Call | None, Shown | None] | None:
        """The call that is being typed, if one is, and its signature, if the living objects say it."""

        def find() -> tuple[Call | None, Shown | None]:
            from gshell.shell.completion import static
            from gshell.shell.completion.signatures import call_at, show

            call = call_at(text, cursor)
            if call is None:
                return None, None
            thing = static.resolve(call.callee, self._namespace())
            return call, None if thing is None else show(call, thing)

        return await self._calls.run(find)

    async def signature_in_sources(self, call: Call, text: str, cursor: int) -> Shown | None:
        """The signature of a call, as jedi says."""

        def deduce() -> Shown | None:
            from gshell.shell.completion import deduced

            return deduced.signature(call, text, cursor, self._namespace())

        return await self._signatures.run(deduce)


def _load_jedi() -> None:
    from gshell.shell.completion import deduced

    deduced.load()

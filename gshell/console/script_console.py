"""The console of `gshell run` and `gshell -c` at a terminal: no prompt for cells, but the one beside the command."""

from __future__ import annotations

from typing import Any

from gshell.console.console import Console
from gshell.console.prompt_console import PromptConsole
from gshell.console.status import printable
from gshell.console.typed import shown
from gshell.shell.outcome import Outcome


class ScriptConsole(PromptConsole):
    """Runs given commands, one after the other, until one fails, and what the user has had wait for their end."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """The arguments are those of PromptConsole."""
        super().__init__(*arguments, **options, on_ready=lambda: None, behind_prompt=[])
        self._typed.no_prompt_follows()
        self._typed_before = b""  # and before the prompt beside the command was opened
        self._half_typed = ""  # there

    async def serve(self) -> int:
        status = await super().serve()
        self._give_back()
        return status

    def _rest(self) -> None:
        self._keys.read()
        super()._rest()

    async def _commands(self) -> int:
        outcome = Outcome()
        for command in self._given:
            outcome = await self._execute(command)
            if outcome.status or outcome.leave:
                break
        else:
            while not outcome.leave and (text := self._typed.take_later(self._number)):
                outcome = await self._execute(lambda text=text: self._run_cell(text))  # type: ignore[misc]
        self._guests.outlive_consoles()  # the script's threads are waited for, and may be at a breakpoint
        return outcome.status

    async def _on_abandoned(self) -> Outcome:
        return await Console._on_abandoned(self)

    def _open_beside(self, behind: bytes = b"") -> None:
        self._typed_before += self._terminal.take_ahead()  # it is no Python
        super()._open_beside(behind)

    def _noted(self, outcome: Outcome, half_typed: str) -> Outcome:
        self._half_typed = half_typed or self._half_typed
        return super()._noted(outcome, half_typed)

    def _give_back(self) -> None:
        """What was typed ahead is for whoever has the terminal next: the shell that has started this one."""
        typed = self._typed_before + self._terminal.take_ahead()
        lost = [self._half_typed, "" if self._terminal.type_back(typed) else shown(typed)]
        for text in filter(None, lost):
            self._say(f"gshell: typed meanwhile, for nobody: {printable(text)}")

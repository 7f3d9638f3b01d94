"""The console of `gshell -c` and `gshell run`: no prompt, no terminal."""

from __future__ import annotations

from collections.abc import Callable

from gshell.console.chase import Reach
from gshell.console.console import Console
from gshell.shell.outcome import Outcome
from gshell.threads.interrupts import Interrupts
from gshell.threads.worker import Worker


class BatchConsole(Console):
    """Runs given commands, one after the other, until one fails; no terminal."""

    def __init__(
        self,
        worker: Worker,
        interrupts: Interrupts,
        wakeup_fd: int,
        reach: Reach,
        commands: list[Callable[[], Outcome]],
    ) -> None:
        super().__init__(worker, interrupts, wakeup_fd, reach)
        self._given = commands

    async def _commands(self) -> int:
        outcome = Outcome()
        for command in self._given:
            outcome = await self._execute(command)
            if outcome.status or outcome.leave:
                break
        return outcome.status

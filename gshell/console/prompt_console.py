"""The console with a prompt: reads cells, has them run, and has an eye on the keys meanwhile."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from gshell import reserve
from gshell.console.beside import Beside
from gshell.console.busy_keys import STATUS_KEY, BusyKeys
from gshell.console.chase import Reach
from gshell.console.console import Console
from gshell.console.guests import Guests, Interlude, Request
from gshell.console.question import may_leave
from gshell.console.reception import Reception
from gshell.console.status import Watch, title
from gshell.console.typed_ahead import TypedAhead
from gshell.native_threads import get_ident
from gshell.shell.outcome import Outcome
from gshell.threads.interrupts import INTERRUPTED, Interrupts
from gshell.threads.worker import Worker

if TYPE_CHECKING:
    from gshell.console.output import AbovePrompt
    from gshell.console.plain import PlainPrompt
    from gshell.console.prompt import Prompt
    from gshell.console.terminal import Terminal

SETTLE = 0.2
"""Seconds after the first prompt in which the shell loads nothing."""


class PromptConsole(Console):
    """Reads cells at the prompt and has them run."""

    def __init__(
        self,
        worker: Worker,
        interrupts: Interrupts,
        wakeup_fd: int,
        reach: Reach,
        commands: list[Callable[[], Outcome]],
        *,
        prompt: Prompt | PlainPrompt,
        terminal: Terminal,
        above: AbovePrompt,
        losses: Callable[[], str],
        run_cell: Callable[[str], Outcome],
        recover: Callable[[], Outcome],
        number: int,
        on_ready: Callable[[], None],
        behind_prompt: list[Callable[[], Outcome]],
        guests: Guests,
        beside: Beside,
        nested: bool = False,
    ) -> None:
        super().__init__(worker, interrupts, wakeup_fd, reach)
        self._given = commands
        self._behind_prompt = behind_prompt
        self._prompt = prompt
        self._terminal = terminal
        self._above = above
        self._losses = losses  # what is lost with the session
        self._run_cell = run_cell
        self._recover = recover
        self._number = number  # of the next cell
        self._next_input = ""
        self._on_ready: Callable[[], None] | None = on_ready
        self._nested = nested
        self._busy = False
        self._beside = beside
        keys = {STATUS_KEY: self._say_status, beside.key: self._open_beside}
        self._keys = BusyKeys(terminal, above, keys, show=prompt.can_move)
        self._typed = TypedAhead(prompt, terminal, above, self._keys, self._say)
        self._guests = guests
        self._reception = Reception(
            guests, prompt, terminal, above, self._keys, self._typed, beside, lambda: self._busy, worker.end_nest
        )

    async def serve(self) -> int:
        self._prompt.keep_title()
        self._guests.enter(self)
        try:
            return await super().serve()
        finally:
            await self._beside.end()
            await self._reception.end()
            self._guests.leave(self)
            self._above.hide()
            self._prompt.restore_title()
            self._terminal.hand_over()

    def _attend(self) -> None:
        super()._attend()
        if self._loop is not None:
            self._above.connect(self._loop, self._prompt.print_above)
            if self._busy:
                self._keys.begin()
            self._terminal.take()

    def _rest(self) -> None:
        super()._rest()
        self._keys.end()

    async def _commands(self) -> int:
        for command in self._behind_prompt:
            self._behind += 1
            self._worker.submit(command).add_done_callback(lambda _: self._soon(self._on_behind_ended))
        for command in self._given:
            if (outcome := await self._execute(command)).leave:
                return outcome.status
        broken = False
        while True:
            try:
                text = self._typed.take_later(self._number) or await self._read()
            except EOFError:
                if await may_leave("" if self._nested else self._losses(), self._prompt, self._above):
                    return 0
                continue
            except Interlude:
                continue
            except Exception as error:
                if broken:  # once more, and at once: there is no terminal any more
                    raise
                broken = True
                reserve.release()
                self._say(f"gshell: the prompt was broken off: {error!r}")
                continue
            broken = False
            if text.strip():
                self._prompt.set_title(title(text))
                outcome = await self._execute(lambda text=text: self._run_cell(text))  # type: ignore[misc]
                if outcome.leave:
                    return outcome.status

    def _on_behind_ended(self) -> None:
        """A command behind the prompt has ended."""
        self._behind -= 1
        self._prompt.refresh()

    async def _read(self) -> str:
        await self._reception.served()
        self._prompt.start_line(is_started=self._above.at_line_start)
        self._prompt.set_title("gshell")
        self._keys.read()  # what was typed in its last moment was typed while it ran, too
        self._prompt.type_ahead(self._terminal.take_ahead())
        self._above.show()
        self._early = False
        self._interrupts.take_between()
        if self._loop is not None:
            # From when the prompt is drawn, Ctrl-C is a character: a signal on its way was meant for the command.
            self._loop.call_soon(self._interrupts.signals.take_sigint)
        try:
            text, self._next_input = self._next_input, ""
            return await self._prompt.read(self._number, self._first_prompt, text)
        finally:
            self._above.hide()

    def _first_prompt(self) -> None:
        """The prompt is on the screen."""
        on_ready, self._on_ready = self._on_ready, None
        if on_ready is not None and self._loop is not None:
            self._loop.call_later(SETTLE, on_ready)  # who types at once should not find a toolkit being loaded

    async def _execute(self, job: Callable[[], Outcome]) -> Outcome:
        self._busy = True
        self._watch = Watch()
        # Before the command has begun: it may read the terminal, and what is typed from then on is for it.
        self._early |= self._typed.take_keys()
        try:
            outcome = await super()._execute(job)
            await self._reception.served()
            return self._noted(outcome, await self._beside.close())
        finally:
            # One that ended the command, or its child and with it the command, before we have come to it.
            pressed = self._act_on_others()
            if pressed and self._terminal.echoes:
                self._above.echoed()
            self._terminal.take()
            if pressed:
                self._typed.drop()
            self._busy = False
            self._keys.end()

    def _noted(self, outcome: Outcome, half_typed: str) -> Outcome:
        """Remember what an outcome says about the next prompt, and what was typed for it.

        A command that was broken off says nothing; it was a cell that had its number, as good as always.
        """
        self._number = outcome.number or self._number + 1
        self._next_input = outcome.next_input or half_typed or self._next_input
        self._prompt.say_status(outcome.status)
        return outcome

    def _on_no_memory(self, error: Exception, by_callback: bool) -> None:
        super()._on_no_memory(error, by_callback)
        if by_callback:
            self._prompt.break_off(error)

    def _on_fenced(self) -> None:
        self._prompt.refresh()

    def _on_poll(self) -> None:
        self._terminal.take_back()
        if not self._terminal.echoes and (warning := self._watch.warning()):  # else a child may have all of the screen
            self._say(warning)

    async def _on_abandoned(self) -> Outcome:
        if self._nested:  # and with it the command that this console is in
            return Outcome(INTERRUPTED, leave=True)
        self._say("gshell: abandoned; its thread ends when it can")
        outcome: Outcome = await asyncio.wrap_future(self._worker.submit(self._recover))
        return replace(outcome, status=INTERRUPTED, leave=False)

    def _say(self, text: str) -> None:
        if self._above.prompting:  # a guest's prompt
            self._above.put(2, f"{text}\n".encode(errors="replace"))
        else:
            self._above.say(text)

    # Keys, while a command runs.

    def _open_beside(self, behind: bytes = b"") -> None:
        if self._beside.open(self._typed.later, behind, self._typed.take_keys_back):
            self._keys.end()
        else:
            self._keys.keep(behind)

    def _say_status(self, behind: bytes) -> None:
        self._say(self._watch.status(self._worker.place()) + self._beside.hint)
        self._keys.keep(behind)

    # Signals.

    def _on_sigint(self) -> None:
        # Where the terminal makes a SIGINT of Ctrl-C, it has been the command's beside a guest.
        if self._beside.is_open:  # where Ctrl-C is a key: this one is from elsewhere, or is for the look
            Console._on_sigint(self)
        elif self._prompt.is_reading and (self._prompt.can_move or not self._interrupts.busy):
            self._prompt.interrupt()
        else:
            if self._busy and self._terminal.echoes:  # the kernel has written "^C"
                self._above.echoed()
            super()._on_sigint()
            if self._busy:
                self._typed.drop()

    def _has_own_prompt(self) -> bool:
        return self._terminal.echoes

    def _on_ring(self) -> None:
        super()._on_ring()
        if not self._above.prompting:  # or a guest has the keys
            self._keys.listen()  # the terminal may be ours again
            self._reception.receive()

    # Guests.

    async def _make_room(self) -> None:
        await self._beside.step_back()

    def runs_here(self) -> bool:
        """Whether the calling thread is the worker."""
        return get_ident() == self._worker.thread.ident

    def ask_for(self, request: Request, come: Callable[[], object]) -> None:
        """Call `come()`, and wait until the request has its answer.  In the worker."""
        self._worker.nest(come)
        self._soon(lambda: self._give_missed(is_answered=request.was_interrupted))

    def receive_soon(self) -> None:
        """Somebody wants a line.  From any thread."""
        self._soon(self._reception.receive)

    def come_back_soon(self) -> None:
        """Somebody wants no more lines soon: the prompt beside the command is there again.  From any thread."""
        self._soon(self._come_back)

    def _come_back(self) -> None:
        if self._busy and self._beside.gave_way and not self._reception.serves:
            self._open_beside(self._terminal.take_ahead())

    def _print_stacks(self) -> None:
        def alone() -> None:
            with self._above.alone():  # the worker may be in the middle of a write
                self._above.wipe_typed()
                super(PromptConsole, self)._print_stacks()

        self._printing = asyncio.ensure_future(self._prompt.print_above(alone))

    def _on_screen(self, signum: int) -> None:
        if signum == signal.SIGCONT and self._busy and not self._beside.is_open:
            self._terminal.again()
        else:
            with suppress(OSError):  # the terminal is gone, and SIGHUP comes next
                self._prompt.resize()

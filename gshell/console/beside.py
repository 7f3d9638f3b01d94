"""The prompt beside the running command: what is typed there looks at the command, which goes on meanwhile.

It is opened by a key (busy_keys.py), on the terminal of the command's output, which goes on above it.  An empty line or
Ctrl-D closes it; so does the end of the command, a command that reads the terminal itself, and the debugger's prompt.
While something that was typed is carried out, Ctrl-C is for that, and so it is a key here, and no signal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gshell.console.beside_commands import OWN, BesideCommands, OwnCommand
from gshell.console.guests import Interlude
from gshell.console.numbered import Numbered
from gshell.console.output import AbovePrompt
from gshell.console.status import printable
from gshell.console.terminal import Terminal
from gshell.console.typed_ahead import press
from gshell.console.visiting import Running, Visiting

if TYPE_CHECKING:
    from gshell.console.beside_prompt import BesidePrompt


AGAIN = 0.02
"""Seconds after which a prompt that has just begun can be left."""
WATCH = 1.0
"""Seconds between two looks at what is watched.

A look takes a few tenths of a millisecond, but showing the value takes several of the console's with the GIL (the whole
prompt is laid out anew): at twice a second more than one per cent of a loop in Python (benchmarks/watch.py)."""
END = 0.3
"""Seconds in which it is closed at the end of the session."""


class Beside:
    """It, on one terminal.  In the console thread, where nothing else is said."""

    def __init__(
        self,
        running: Running,
        prompt: BesidePrompt | None,
        start_line: Callable[[], None],
        terminal: Terminal,
        above: AbovePrompt,
        key: bytes,
    ) -> None:
        """`prompt`: None where there can be none.  `start_line()` brings the cursor to the start of a line."""
        self.key = key if prompt is not None else b""
        """What the terminal sends for the key that opens it; empty: there is none."""
        self._running = running
        self._prompt = prompt
        self._start_line = start_line
        self._terminal = terminal
        self._above = above
        self._visiting = Visiting(running, above.say)
        self._watched = Numbered("watch", "nothing is watched")
        self._commands: BesideCommands | None = None  # while it is open
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._gave_way = False
        self._text = ""  # what has been typed, and not entered
        self._status = self._bar = ""  # as they are on the screen

    # From any thread.

    @property
    def is_open(self) -> bool:
        """Whether it is."""
        return self._task is not None

    @property
    def looks(self) -> bool:
        """Whether something that was typed there is being carried out."""
        return self._visiting.takes_place

    def looks_here(self) -> bool:
        """Whether the calling thread is doing that."""
        return self._visiting.is_here()

    def names(self) -> dict[str, Any]:
        """The names that are known there; none if it is closed."""
        commands = self._commands
        return {} if commands is None else self._running.names(commands.spot)

    def magics(self) -> Mapping[str, OwnCommand]:
        """What is known there beside the session's; nothing if it is closed."""
        return OWN if self.is_open else {}

    def make_way(self) -> None:
        """The calling thread wants the terminal: if it runs the command, close.  Returns when that is done."""
        task = self._task
        if task is not None and self._running.is_here() and not self.looks_here():
            closed = asyncio.run_coroutine_threadsafe(self.step_back(), task.get_loop())
            with suppress(CancelledError):
                closed.result()

    @property
    def hint(self) -> str:
        """What says that there is such a key."""
        return f"; Ctrl-{chr(self.key[0] + 64)} looks at it" if self.key else ""

    # In the console thread.

    def open(self, later: Numbered, behind: bytes, on_closed: Callable[[], None]) -> bool:
        """Open it, if the terminal is ours; whether it is.  Lines that were typed ahead run later.

        `behind`: what was typed behind the key that opens it, and so is for it.  `on_closed()` is called when the
        terminal is the console's again.
        """
        if self._task is None and self._prompt is not None and self._terminal.may_be_lent:
            self._closing = self._gave_way = False
            self._task = asyncio.ensure_future(self._live(self._prompt, later, behind, on_closed))
        return self._task is not None

    async def step_back(self) -> None:
        """Close, for the command, which has the terminal then.  What was half typed is for the next prompt."""
        if self.is_open:
            self._text = await self.close()
            self._above.say("gshell: the command has the terminal; the prompt beside it is closed")

    async def give_way(self) -> None:
        """Close, for a debugger's prompt, after which it is to be opened again."""
        if self.is_open:
            self._text = await self.close()
            self._gave_way = True

    @property
    def gave_way(self) -> bool:
        """Whether it was closed for that, in the command that runs."""
        return self._gave_way

    async def close(self) -> str:
        """Close; return what was half typed, here or before it stepped back."""
        self._gave_way = False
        task, prompt = self._task, self._prompt
        if task is not None and prompt is not None:
            self._closing = True
            self._visiting.end()
            while not task.done():
                if (typed := prompt.leave()) is not None:
                    self._text = typed
                await asyncio.wait({task}, timeout=AGAIN)
        text, self._text = self._text, ""
        return text

    async def end(self) -> None:
        """Be closed at the end of the session, whatever is being carried out."""
        if self._task is not None:
            self._closing = True
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=END)

    async def _live(self, prompt: BesidePrompt, later: Numbered, behind: bytes, on_closed: Callable[[], None]) -> None:
        commands = self._commands = BesideCommands(self._running, self._visiting, later, self._watched, self._say)
        stop = False
        watching = asyncio.ensure_future(self._keep_fresh(prompt, commands))
        try:
            queued, begun = prompt.take_ahead(self._terminal.take_ahead())
            self._text += begun
            prompt.type(behind)
            for text in queued:
                later.add(text)
            if queued:
                self._say(str(later))
            with prompt.raw():
                stop = await self._read(prompt, commands)
        finally:
            watching.cancel()
            await asyncio.wait({watching})
            if self._running.held:
                self._say("gshell: the command goes on")
            self._running.go()
            self._commands = self._task = None
            on_closed()
        if stop:  # not before: Ctrl-C is for the command alone, and drops nothing, while this prompt is open
            press()

    async def _read(self, prompt: BesidePrompt, commands: BesideCommands) -> bool:
        """Have what is typed carried out, until it is closed; whether the command is to be stopped then."""
        while not self._closing:
            self._above.show(with_bar=True)  # first: nobody writes between
            self._above.cut()
            self._start_line()
            text, self._text = self._text, ""
            try:
                typed = await prompt.read(text, self._show_bar, lambda: self._show_status(commands))
            except (EOFError, Interlude, OSError):  # the last: the terminal is gone
                return False
            finally:
                self._above.hide(goes_on=True)
            if not typed.strip():
                return False
            prompt.keep(typed)
            with prompt.listening(self._visiting.end):
                if await commands.do(typed.strip()):
                    return True
        return False

    async def _keep_fresh(self, prompt: BesidePrompt, commands: BesideCommands) -> None:
        """Show what has changed: a progress bar twice a second, the rest once; each time the command has no GIL."""
        while True:
            for _ in range(2):
                await asyncio.sleep(WATCH / 2)
                if self._above.bar() != self._bar:
                    prompt.refresh()
            await commands.look_at_watched()
            if _line(commands.status()) != self._status:
                prompt.refresh()

    def _show_bar(self) -> str:
        self._bar = self._above.bar()
        return self._bar

    def _show_status(self, commands: BesideCommands) -> str:
        self._status = _line(commands.status())
        return self._status

    def _say(self, text: str) -> None:
        for line in text.splitlines():
            self._above.say(line)


def _line(parts: list[str]) -> str:
    return printable("  ".join(filter(None, parts)))

"""What is typed while a command runs, and meant for after it: kept for the prompt, run then, or dropped by Ctrl-C."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from gshell.console.busy_keys import BusyKeys
from gshell.console.numbered import Numbered
from gshell.console.status import printable
from gshell.console.terminal import Terminal
from gshell.console.typed import RETURN, as_sent

if TYPE_CHECKING:
    from gshell.console.output import AbovePrompt
    from gshell.console.plain import PlainPrompt
    from gshell.console.prompt import Prompt


class TypedAhead:
    """That of one console.  In the console thread."""

    def __init__(
        self,
        prompt: Prompt | PlainPrompt,
        terminal: Terminal,
        above: AbovePrompt,
        keys: BusyKeys,
        say: Callable[[str], None],
    ) -> None:
        """`say(text)` shows a line to the user."""
        self.later = Numbered("then", "nothing runs then")
        """The cells that run when the command has ended."""
        self._prompt = prompt
        self._terminal = terminal
        self._above = above
        self._keys = keys
        self._say = say
        self._hint = ", arrow up brings it back"

    def no_prompt_follows(self) -> None:
        """Nothing brings back what is dropped."""
        self._hint = ""

    def take_keys(self) -> bool:
        """Have the terminal be the command's, with what was typed while it was a prompt's; whether Ctrl-C was."""
        self._keys.begin()
        self._terminal.take()
        typed, pressed, dropped = self._prompt.typed_ahead()
        self._keys.keep(typed)
        self._say_dropped(dropped)
        return pressed

    def take_keys_back(self) -> None:
        """The same in the middle of a command, which gets the Ctrl-C."""
        if self.take_keys():
            press()

    def take_later(self, number: int) -> str:
        """The cell that is to run next, as one with this number; it looks as if it had been typed at the prompt."""
        if text := self.later.take():
            self._prompt.start_line(is_started=self._above.at_line_start)
            self._above.write(1, f"In [{number}]: {text}\n".encode(errors="replace"))
        return text

    def drop(self) -> None:
        """Ctrl-C: what is to run after this command, was typed for its end, and not for its half."""
        # The empty line is where a block ends.
        later = b"".join(as_sent(text, paste=True) + b"\n\n" for text in self.later.drop())
        self._say_dropped(self._prompt.drop_queued(later + self._keys.drop()))

    def _say_dropped(self, dropped: list[str]) -> None:
        if dropped:
            text = printable(RETURN.join(dropped).replace("\n", RETURN))
            self._say(f"gshell: dropped by Ctrl-C{self._hint}: {text}")


def press() -> None:
    """What Ctrl-C does to the command, for who has the key and not the signal."""
    os.kill(os.getpid(), signal.SIGINT)

"""A question that one key answers."""

from __future__ import annotations

from typing import Protocol

from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from gshell.console.output import AbovePrompt
from gshell.console.prompt_session import QuickSession

YES = ("y", "Y", "c-d")
NO = ("n", "N", "enter", "escape", "c-c", Keys.SIGINT)


def question(beside: QuickSession) -> QuickSession:
    """A prompt on the terminal of another, whose answer is "y", or "" for no.

    A key that is no answer means no, and goes to the next prompt: who types goes on.
    """
    bindings = KeyBindings()

    def yes(event: KeyPressEvent) -> None:
        event.app.exit(result="y")

    def no(event: KeyPressEvent) -> None:
        event.app.exit(result="")

    def go_on(event: KeyPressEvent) -> None:
        no(event)
        store_typeahead(beside.input, [*event.key_sequence, *get_typeahead(beside.input)])

    for keys, function in ((YES, yes), (NO, no), ((Keys.Any, Keys.BracketedPaste), go_on)):
        for key in keys:
            bindings.add(key, eager=key == "escape")(function)  # which may begin the sequence of another key
    return QuickSession(input=beside.input, output=beside.output, key_bindings=bindings, reserve_space_for_menu=0)


class Asks(Protocol):
    """A prompt."""

    async def ask(self, text: str) -> bool:
        """Ask something that y or Ctrl-D affirms.  Raises EOFError if nobody can answer."""
        ...


async def may_leave(losses: str, prompt: Asks, above: AbovePrompt) -> bool:
    """Whether Ctrl-D at the prompt, which may be one too many, ends the session; `losses` are lost with it."""
    if not losses:
        return True
    above.show()
    try:
        return await prompt.ask(f"leave ({losses})? [y/N] ")
    except EOFError:
        return True  # there is no terminal any more
    finally:
        above.hide()

"""Completion at the prompt: what can follow, in a menu, and the keys that choose from it.

What is quick to find is shown at once; what jedi has to read sources for is added when it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import (
    Condition,
    Filter,
    completion_is_selected,
    emacs_mode,
    has_completions,
    has_selection,
    vi_insert_mode,
)
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from gshell.console.lookups import Lookups
from gshell.console.status import printable

if TYPE_CHECKING:
    from gshell.shell import completion as shell_completion

GLANCE = 0.05
"""Seconds between two looks at whether the user still waits for jedi."""
MOST = 600
"""Completions that the menu shows at most."""
WIDEST = 60
"""Columns of the menu for one completion."""


class PythonCompleter(Completer):
    """Completes cells.  In the console thread."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._asked = ""  # what was before the cursor when Tab was pressed

    def begin(self, buffer: Buffer) -> None:
        """Tab was pressed: insert what is common to all that can follow, or show a menu."""
        self._asked = buffer.document.text_before_cursor
        buffer.start_completion(insert_common_part=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing: this completer is asynchronous only."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What can follow at the cursor: what is found quickly first, then jedi's."""
        if not document.current_line_before_cursor.strip():
            return
        if complete_event.completion_requested and not self._is_wanted(document):
            return
        cursor, seen = document.cursor_position, set[str]()
        found = await self._lookups.completions(document.text, cursor)
        if found is None:
            return
        for each in fewer(found.completions):
            seen.add(each.text)
            yield for_menu(each, cursor)
        start = found.unresolved
        if start is None:
            return
        get_app().invalidate()  # what there is so far; prompt_toolkit itself would show it after 0.3 s
        query = asyncio.ensure_future(self._lookups.completions_in_sources(document.text, cursor, start))
        # Not longer than it is wanted: meanwhile prompt_toolkit ignores Tab.
        while not query.done() and get_app().current_buffer.document == document:
            await asyncio.wait({query}, timeout=GLANCE)
        for each in (query.result() if query.done() else None) or ():
            if each.text not in seen:
                yield for_menu(each, cursor)

    def _is_wanted(self, document: Document) -> bool:
        """Whether Tab was pressed here, or in the same word.

        prompt_toolkit asks once more if something was typed before the answer was there: at the next bracket, too.
        """
        since = document.text_before_cursor.removeprefix(self._asked)
        return document.text_before_cursor.startswith(self._asked) and (not since or since.isidentifier())


def fewer(completions: list[shell_completion.Completion]) -> list[shell_completion.Completion]:
    """As many as somebody might look through: prompt_toolkit measures each, at each key.

    The first and the last are always among them: what they have in common, all have, and Tab inserts that.
    """
    if len(completions) <= MOST:
        return completions
    ends = [end(completions, key=lambda each: each.text) for end in (min, max)]
    return [*completions[:MOST], *(each for each in ends if each not in completions[:MOST])]


def for_menu(completion: shell_completion.Completion, cursor: int) -> Completion:
    """One of them, as prompt_toolkit wants it."""
    shown = printable(completion.shown or completion.text)
    return Completion(
        completion.text,
        start_position=completion.start - cursor,
        display=shown if len(shown) <= WIDEST else shown[: WIDEST - 1] + "…",
        display_meta=printable(completion.kind)[:30],
    )


def add_keys(bindings: KeyBindings, completer: PythonCompleter, focused: Filter, before_text: Condition) -> None:
    """Add the keys that complete: Tab, Shift-Tab, and Enter and Escape while there is a menu."""

    @bindings.add("tab", filter=focused & (~before_text | has_completions) & ~has_selection)
    def complete(event: KeyPressEvent) -> None:
        """Insert what is common to all that can follow, or show a menu; in the menu: the next."""
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.completions:
            buffer.complete_next()
        else:
            completer.begin(buffer)

    @bindings.add("s-tab", filter=focused & has_completions)
    def back(event: KeyPressEvent) -> None:
        """In the menu: the one before."""
        event.current_buffer.complete_previous()

    @bindings.add("enter", filter=focused & completion_is_selected)
    def accept(event: KeyPressEvent) -> None:
        """Take what is chosen in the menu; run nothing."""
        event.current_buffer.complete_state = None

    # At once: with the menu open nobody types Alt-something, which begins with an escape, too.
    @bindings.add("escape", filter=focused & has_completions & emacs_mode, eager=True)
    def close(event: KeyPressEvent) -> None:
        """Close the menu, and have the text as it was."""
        event.current_buffer.cancel_completion()

    @bindings.add("escape", filter=focused & has_completions & vi_insert_mode, eager=True)
    def close_and_navigate(event: KeyPressEvent) -> None:
        """Close the menu, keep what is chosen in it, and leave the insert mode, as vim does."""
        event.current_buffer.complete_state = None
        event.key_processor.feed(KeyPress(Keys.Escape), first=True)

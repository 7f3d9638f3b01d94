"""A line under the cell with the signature of the function whose call is being typed.

Once it has been there it stays, empty, until the cell is run: lines that come and go would make the screen jump.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, Filter, emacs_mode, has_completions, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, Dimension, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.utils import get_cwidth

from gshell.console.lookups import Lookups
from gshell.console.status import printable
from gshell.settings import Settings

if TYPE_CHECKING:
    from gshell.shell.completion.signatures import Call, Shown


class SignatureLine:
    """Shows signatures.  In the console thread."""

    def __init__(self, lookups: Lookups, settings: Settings) -> None:
        self._lookups = lookups
        self._settings = settings
        self._shown: Shown | None = None
        self._call: Call | None = None
        self._reserved = False
        self._hidden = -1  # where the call is whose signature the user does not want to see
        self._asked: Document | None = None

    def reset(self) -> None:
        """A new prompt."""
        self._shown = self._call = self._asked = None
        self._reserved, self._hidden = False, -1

    def attach(self, layout: Layout, buffer: Buffer, bindings: KeyBindings) -> None:
        """Put the line into a prompt's layout, above its toolbars, and follow the buffer."""
        assert isinstance(layout.container, HSplit)
        reserved = Condition(lambda: self._reserved) & ~is_done
        # The window of the cell takes all the space to the end of the screen, for menus.  Now something else does,
        # below the line, which belongs directly under the cell, and not down there.
        layout.current_window.dont_extend_height = reserved
        line = Window(FormattedTextControl(self._fragments), height=1, dont_extend_height=True)
        rest = Window(height=Dimension(preferred=0))
        layout.container.children[1:1] = [ConditionalContainer(each, reserved) for each in (line, rest)]
        buffer.on_text_changed += self._on_change
        buffer.on_cursor_position_changed += self._on_change
        self._add_keys(bindings, Condition(lambda: self._shown is not None))

    def _add_keys(self, bindings: KeyBindings, shown: Filter) -> None:
        @bindings.add("escape", filter=shown & ~has_completions & emacs_mode)
        def hide(event: KeyPressEvent) -> None:
            """Hide the signature."""
            self._hidden = self._call.start if self._call is not None else -1
            self._shown = None

    def _on_change(self, buffer: Buffer) -> None:
        document = buffer.document
        app = get_app()
        if document == self._asked or not app.is_running:
            return
        self._asked = document
        if self._settings.signatures:
            app.create_background_task(self._update(document))
        else:
            self._shown = None

    async def _update(self, document: Document) -> None:
        text, cursor = document.text, document.cursor_position
        found = await self._lookups.call(text, cursor)
        if found is None or document != self._asked:
            return
        call, shown = found
        if shown is None and call is not None:
            # Until it is known: what was shown for the same call, so that nothing flickers.
            self._show(call, self._shown if self._call is not None and call.start == self._call.start else None)
            shown = await self._lookups.signature_in_sources(call, text, cursor)
            if document != self._asked:
                return
        self._show(call, shown)

    def _show(self, call: Call | None, shown: Shown | None) -> None:
        if call is None or call.start != self._hidden:
            self._hidden = -1
        before = self._shown
        self._call, self._shown = call, shown if self._hidden < 0 else None
        self._reserved |= self._shown is not None
        if self._shown != before:  # to show a long cell anew takes as long as a key
            get_app().invalidate()

    def _fragments(self) -> StyleAndTextTuples:
        if self._shown is None or has_completions():  # the menu is between the cell and the line then
            return []
        return fragments(self._shown, get_app().output.get_size().columns)


def fragments(shown: Shown, columns: int) -> StyleAndTextTuples:
    """The signature in one line of so many columns, in which the current parameter can be seen."""
    name = printable(shown.name.rpartition("\n")[2].strip())
    parts = [printable(part) for part in shown.parameters]
    first, room = 0, columns - get_cwidth(name) - 6
    while first < shown.current and sum(get_cwidth(part) + 2 for part in parts[first : shown.current + 1]) > room:
        first += 1
    line: StyleAndTextTuples = [("class:signature", f"{name}({'…, ' if first else ''}")]
    for index, part in enumerate(parts[first:], first):
        style = "class:signature.current" if index == shown.current else "class:signature"
        line += [(style, part), ("class:signature", ", " if index + 1 < len(parts) else "")]
    return [*line, ("class:signature", ")")]

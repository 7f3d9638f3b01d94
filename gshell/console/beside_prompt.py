"""The prompt beside a running command, as the terminal has it: that of the cells, with another name and toolbar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.keys import Keys

from gshell.console import queued_keys
from gshell.console.guests import Interlude
from gshell.console.prompt_session import QuickSession
from gshell.console.recall import Recall
from gshell.console.typed import cells, split, typed_lines


class BesidePrompt:
    """Reads what is typed there.  In the console thread."""

    def __init__(
        self, session: QuickSession, keys: Vt100Input, recall: Recall, is_complete: Callable[[str], bool]
    ) -> None:
        self._session = session
        self._input = keys
        self._recall = recall
        self._is_complete = is_complete
        self._reads = False

    @property
    def reads(self) -> bool:
        """Whether it is on the screen.  From any thread."""
        return self._reads

    async def read(self, text: str, bar: Callable[[], str], toolbar: Callable[[], str]) -> str:
        """Have something typed, that begins with `text`.  Raises EOFError for Ctrl-D, Interlude for leave().

        `bar()` is the line of output above it that has not ended, a progress bar's; `toolbar()` the line below it.
        """
        buffer = self._session.default_buffer

        def message() -> StyleAndTextTuples:
            above = "" if self._session.app.is_done else bar()  # what was typed stays, and no old state of a bar
            return [("", f"{above}\n" * bool(above)), ("class:prompt", "beside> ")]

        def on_text(_: object = None) -> None:
            self._session.app.erase_when_done = not buffer.text.strip()  # nothing stays of one that was only closed

        def begin() -> None:
            self._recall.fill(buffer)
            on_text()  # not before: the buffer has the last cell's text until the prompt begins

        self._reads = True
        buffer.on_text_changed.add_handler(on_text)
        try:
            return await self._session.prompt_async(
                message,
                default=text,
                bottom_toolbar=lambda: toolbar() or None,
                handle_sigint=False,
                set_exception_handler=False,
                pre_run=begin,
            )
        finally:
            self._reads = False
            buffer.on_text_changed.remove_handler(on_text)

    def leave(self) -> str | None:
        """Have read() raise Interlude, and what is on the screen go; what has been typed, or None if nobody reads."""
        app = self._session.app
        if not self._reads or not app.is_running or app.is_done:
            return None
        app.erase_when_done = True
        text = self._session.default_buffer.text
        app.exit(exception=Interlude())
        return text

    def keep(self, text: str) -> None:
        """Have what was typed be among what the arrow keys go through, now and in later sessions."""
        self._recall.keep_beside(text)

    def take_ahead(self, typed: bytes) -> tuple[list[str], str]:
        """What keys come to that were typed ahead, behind cells that were pasted: cells, and a text not yet entered."""
        queued, rest = split(queued_keys.take(self._input) + typed)
        return cells(queued, self._is_complete), typed_lines(rest)[-1]

    def type(self, data: bytes) -> None:
        """Have the next read() find what was typed."""
        queued_keys.put(self._input, data)

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Keys are no signals meanwhile, also while nothing is read."""
        with self._input.raw_mode():
            yield

    @contextmanager
    def listening(self, on_ctrl_c: Callable[[], None]) -> Iterator[None]:
        """While nothing is read: call `on_ctrl_c()` for Ctrl-C; what else is typed is for the next read()."""
        loop, fd = asyncio.get_running_loop(), self._input.fileno()

        def on_keys() -> None:
            keys = self._input.read_keys()
            if self._input.closed:  # the terminal is gone, and would say so again and again
                loop.remove_reader(fd)
            if any(key.key == Keys.ControlC for key in keys):
                on_ctrl_c()
            store_typeahead(self._input, [key for key in keys if key.key not in (Keys.ControlC, Keys.ControlD)])

        loop.add_reader(fd, on_keys)
        try:
            yield
        finally:
            loop.remove_reader(fd)

    def refresh(self) -> None:
        """Show it anew, if it is on the screen: what its lines say has changed."""
        if self._reads:
            self._session.app.invalidate()

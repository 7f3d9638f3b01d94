"""The prompt for a line that is no cell, a command for the debugger: with the keys and looks of the shell's prompt."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.lexers import DynamicLexer
from prompt_toolkit.styles import DynamicStyle

from gshell.console.completion import fewer, for_menu
from gshell.console.guests import Complete, Request
from gshell.console.looks import lexer_for, style
from gshell.console.lookups import Lookups
from gshell.console.prompt_session import QuickSession
from gshell.settings import Settings


class LineReader:
    """Reads lines on the terminal of another prompt; has a history of its own.  In the console thread."""

    def __init__(self, beside: QuickSession, lookups: Lookups, settings: Settings) -> None:
        self._lookups = lookups
        self._settings = settings
        self.session = QuickSession(
            input=beside.input,
            output=beside.output,
            history=InMemoryHistory(),
            lexer=DynamicLexer(lambda: lexer_for(self.session.default_buffer.text, settings)),
            style=DynamicStyle(lambda: style(settings.colors)),
            include_default_pygments_style=False,
            input_processors=[HighlightMatchingBracketProcessor(chars="[](){}")],
            complete_while_typing=False,
        )

    async def read(self, request: Request) -> str:
        """Have a line typed.  Raises EOFError for Ctrl-D, KeyboardInterrupt for Ctrl-C."""
        session = self.session
        session.editing_mode = EditingMode(self._settings.editing.upper())
        return await session.prompt_async(
            [("class:prompt", request.prompt)],
            completer=_LineCompleter(self._lookups, request.complete),
            handle_sigint=False,
            set_exception_handler=False,
        )


class _LineCompleter(Completer):
    def __init__(self, lookups: Lookups, complete: Complete) -> None:
        self._lookups = lookups
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing: this completer is asynchronous only."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What can follow at the cursor."""
        text, cursor = document.text, document.cursor_position
        for each in fewer(await self._lookups.others(lambda: self._complete(text, cursor)) or []):
            yield for_menu(each, cursor)

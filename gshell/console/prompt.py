"""The prompt: prompt_toolkit, with the keys and the looks of this shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TextIO

from prompt_toolkit.application import in_terminal
from prompt_toolkit.auto_suggest import ConditionalAutoSuggest
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Always, Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.lexers import DynamicLexer
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.styles import DynamicStyle

from gshell.console import queued_keys
from gshell.console.beside_prompt import BesidePrompt
from gshell.console.completion import PythonCompleter
from gshell.console.guests import Interlude, Request
from gshell.console.keys import key_bindings
from gshell.console.line_reader import LineReader
from gshell.console.looks import SETTLED, lexer_for, prepare_lexer, style
from gshell.console.lookups import Lookups
from gshell.console.memory import MemoryNote
from gshell.console.prompt_session import QuickSession
from gshell.console.question import question
from gshell.console.recall import Recall
from gshell.console.signatures import SignatureLine
from gshell.console.status import printable
from gshell.console.suggestions import SuggestFromHistory
from gshell.console.typed import cells
from gshell.console.window_title import WindowTitle
from gshell.settings import Settings
from gshell.threads.right_of_way import RightOfWay

_raw = ContextVar("_raw", default=False)
"""In the task that prints above the prompt: whether the terminal stays in the prompt's mode."""


class Prompt(WindowTitle):
    """Reads cells.  In the console thread."""

    def __init__(
        self,
        history: Recall,
        is_complete: Callable[[str], bool],
        lookups: Lookups,
        settings: Settings,
        toolbar: Callable[[], str],
        stdin: TextIO,
        stdout: TextIO,
        on_ctrl_c: Callable[[], None],
        right_of_way: RightOfWay,
    ) -> None:
        """`on_ctrl_c()` is called when Ctrl-C clears the line; `right_of_way` is taken while a key is shown."""
        output = create_output(stdout)
        super().__init__(output)
        self.can_move = True
        """Whether the terminal can move its cursor."""
        self._on_ctrl_c = on_ctrl_c
        self._is_complete = is_complete
        self._number = 1
        self._status = 0  # of the last command
        self._settings = settings
        self._lookups = lookups
        self._recall = history
        self._toolbar_text = toolbar
        self._memory = MemoryNote()
        self._input = Vt100Input(stdin)
        self._input.cooked_mode = self._ordinary_mode  # type: ignore[method-assign]
        self._signatures = SignatureLine(lookups, settings)
        completer = PythonCompleter(lookups)
        bindings = key_bindings(
            is_complete, lambda: self._session.default_buffer, self._on_clear, self.run_above, completer
        )
        self._session = self._for_cells(output, completer, bindings)
        # Not as an option of the session's: it would switch completion while typing off.
        self._session.default_buffer.enable_history_search = Always()
        self._signatures.attach(self._session.layout, self._session.default_buffer, bindings)
        self.beside = BesidePrompt(self._session, self._input, history, is_complete)
        """The same beside a running command."""
        self._line_reader: LineReader | None = None
        self._shown = self._session  # the one that is on the screen, or will be
        self._session.app.key_processor.before_key_press += lambda _: right_of_way.take()
        self._session.app.after_render += lambda _: right_of_way.give_back()
        self._session.app.after_render += lambda _: prepare_lexer(settings)

    def _for_cells(self, output: Output, completer: PythonCompleter, bindings: KeyBindings) -> QuickSession:
        settings = self._settings
        return QuickSession(
            self._message,
            input=self._input,
            output=output,
            multiline=True,
            prompt_continuation=self._continuation,
            lexer=DynamicLexer(lambda: lexer_for(self._session.default_buffer.text, settings)),
            style=DynamicStyle(lambda: style(settings.colors)),
            include_default_pygments_style=False,
            history=self._recall,
            auto_suggest=ConditionalAutoSuggest(SuggestFromHistory(), Condition(lambda: settings.suggestions)),
            input_processors=[HighlightMatchingBracketProcessor(chars="[](){}")],
            mouse_support=Condition(lambda: settings.mouse),
            bottom_toolbar=self._toolbar,
            enable_open_in_editor=True,
            tempfile_suffix=".py",
            key_bindings=bindings,
            completer=completer,
            complete_while_typing=Condition(lambda: settings.complete_while_typing),
        )

    async def read(self, number: int, on_ready: Callable[[], None] | None = None, text: str = "") -> str:
        """Show the prompt of cell `number`, with a text to be edited, and return what was typed.

        `on_ready` is called when the prompt is about to be drawn.  Raises EOFError for Ctrl-D, Interlude if somebody
        else is to have the terminal.
        """
        self._number = number
        self._memory.look_again()
        self._session.app.erase_when_done = False
        self._signatures.reset()
        self._session.editing_mode = EditingMode(self._settings.editing.upper())

        def before() -> None:
            self._recall.fill(self._session.default_buffer)
            if on_ready is not None:
                on_ready()

        return await self._session.prompt_async(
            self._message,
            default=text,
            bottom_toolbar=self._toolbar,
            handle_sigint=False,
            set_exception_handler=False,
            pre_run=before,
        )

    async def ask(self, text: str) -> bool:
        """Ask something that y or Ctrl-D affirms, and any other key denies.  Raises EOFError if nobody can answer."""
        with self._showing(question(self._session)) as session:
            return bool(await session.prompt_async(text, handle_sigint=False, set_exception_handler=False))

    async def read_line(self, request: Request) -> str:
        """Read a line for somebody else.  Raises EOFError for Ctrl-D, KeyboardInterrupt for Ctrl-C."""
        if self._line_reader is None:
            self._line_reader = LineReader(self._session, self._lookups, self._settings)
        with self._showing(self._line_reader.session):
            return await self._line_reader.read(request)

    def make_room(self) -> bool:
        """Have read() raise Interlude, unless something has been typed; whether it will."""
        app = self._session.app
        if not self.is_reading or self._shown is not self._session or self._session.default_buffer.text:
            return False
        app.erase_when_done = True
        app.exit(exception=Interlude())
        return True

    @contextmanager
    def _showing(self, session: QuickSession) -> Iterator[QuickSession]:
        """Another prompt is on the screen meanwhile."""
        before, self._shown = self._shown, session
        try:
            yield session
        finally:
            self._shown = before

    @property
    def is_reading(self) -> bool:
        """Whether the prompt is on the screen and not yet answered."""
        app = self._shown.app
        return app.is_running and not app.is_done

    def interrupt(self) -> None:
        """A SIGINT from outside: what Ctrl-C does."""
        self._shown.app.key_processor.send_sigint()

    def break_off(self, error: Exception) -> None:
        """A key could not be acted on: have who reads get the error."""
        self._input.vt100_parser.reset()  # a generator, which has ended if the error was its own
        if self.is_reading:
            self._shown.app.exit(exception=error)

    def resize(self) -> None:
        """The terminal has another size."""
        app = self._shown.app
        if app.is_running and not app._running_in_terminal:
            app._on_resize()

    async def print_above(self, function: Callable[[], None]) -> None:
        """Hide the prompt, call `function()`, which only prints, show the prompt again.

        The terminal does not echo meanwhile: what is typed would be in the middle of the output.
        """
        await self.run_above(function, raw=True)

    async def run_above(self, function: Callable[[], None], *, raw: bool = False) -> None:
        """Hide the prompt, call `function()`, show the prompt again.

        The terminal is in its ordinary mode meanwhile, or (`raw`) in that of the prompt.
        """
        app = self._shown.app
        if not app.is_running or app.context is None:
            function()
            return

        async def run() -> None:
            _raw.set(raw)
            async with in_terminal():
                function()

        await app.create_background_task(app.context.copy().run(run))

    def _ordinary_mode(self) -> AbstractContextManager[None]:
        """The input's cooked_mode(), which in_terminal() asks for."""
        return nullcontext() if _raw.get() else type(self._input).cooked_mode(self._input)

    def typed_ahead(self) -> tuple[bytes, bool, list[str]]:
        """Take what was typed after Enter, before the terminal was in busy mode; whether Ctrl-C is among it, and the
        cells that were typed before that.

        It is still in the terminal's queue, Ctrl-C as a character, since the kernel did not yet make a signal of it.
        """
        before, rest = queued_keys.take_around_press(self._input)
        dropped = self._keep_texts(queued_keys.sent(before))
        rest = [key for key in rest if key.key != Keys.CPRResponse]
        if any(key.key == Keys.BracketedPaste for key in rest):
            cells_too = [key for key in rest if key.key != Keys.ControlD]
            store_typeahead(self._input, cells_too)  # for the next prompts
            return b"", bool(before), dropped
        typed = "".join(key.data for key in rest).replace("\r", "\n").encode(errors="surrogateescape")
        return typed, bool(before), dropped

    def pressed_ahead(self) -> bool:
        """Whether Ctrl-C is among it; what was typed behind that is left to the next prompt."""
        before, rest = queued_keys.take_around_press(self._input)
        store_typeahead(self._input, rest)
        return bool(before)

    def type_ahead(self, data: bytes) -> None:
        """Have the next prompt find what was typed, behind what was pasted before (typed_ahead)."""
        queued_keys.put(self._input, data)

    def drop_queued(self, data: bytes) -> list[str]:
        """Keep for the arrow keys what was typed, and what is typed ahead besides; return the cells that it makes."""
        return self._keep_texts(queued_keys.take(self._input) + data)

    def _keep_texts(self, typed: bytes) -> list[str]:
        texts = cells(typed, self._is_complete)
        for text in texts:
            self._recall.keep(text)
        return texts

    def start_line(self, *, is_started: bool) -> None:
        """Have the cursor at the start of a line, wherever it is.

        `is_started` says so, but nobody knows where a child or C code has written, or the kernel "^C".  A line full of
        spaces ends in the next line, unless it began in the first column: a terminal goes on to the next line only with
        the character after the last column.  (zsh does so too: PROMPT_SP in its manual.)
        """
        output = self._session.output
        output.write_raw(SETTLED + " " * output.get_size().columns + "\r")
        output.flush()

    def _message(self) -> StyleAndTextTuples:
        return [("class:prompt", "In ["), ("class:number", str(self._number)), ("class:prompt", "]: ")]

    def _on_clear(self) -> None:
        """Ctrl-C has cleared the line."""
        self._recall.fill(self._session.default_buffer)
        self._signatures.reset()
        self._on_ctrl_c()

    def _toolbar(self) -> StyleAndTextTuples | None:
        if not self._settings.toolbar:
            return None
        app = self._session.app
        mode = app.vi_state.input_mode.value.removeprefix("vi-") if app.editing_mode == EditingMode.VI else "emacs"
        status = f"exit status {self._status}" * bool(self._status)
        parts = self._toolbar_text(), self._memory.text(), status, mode
        return [("", printable("  ".join(filter(None, parts))))]

    def say_status(self, status: int) -> None:
        """Have the toolbar say the exit status of the last command, unless that is 0."""
        self._status = status

    def refresh(self) -> None:
        """Show the prompt anew: what the toolbar says has changed."""
        self._shown.app.invalidate()

    @staticmethod
    def _continuation(width: int, line_number: int, wrap_count: int) -> StyleAndTextTuples:
        return [("class:continuation", "...: ".rjust(width))]

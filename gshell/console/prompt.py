"""The prompt: prompt_toolkit, with the keys and the looks of this shell."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, has_selection
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import create_output
from prompt_toolkit.styles import Style
from pygments.lexers.python import PythonLexer

STYLE = Style.from_dict({"prompt": "ansigreen", "number": "ansibrightgreen bold", "continuation": "ansibrightblack"})


class Prompt:
    """Reads cells.  In the console thread."""

    def __init__(self, history: History, is_complete: Callable[[str], bool], stdin: TextIO, stdout: TextIO) -> None:
        self.on_ctrl_c: Callable[[], None] = lambda: None
        """Called when Ctrl-C clears the line."""
        self._number = 1
        self._is_complete = is_complete
        self._input: Input = create_input(stdin)
        self._session: PromptSession[str] = PromptSession(
            self._message,
            input=self._input,
            output=create_output(stdout),
            multiline=True,
            prompt_continuation=self._continuation,
            lexer=PygmentsLexer(PythonLexer),
            style=STYLE,
            history=history,
            key_bindings=self._key_bindings(),
        )
        app = self._session.app
        app.ttimeoutlen = 0.05
        app.terminal_size_polling_interval = None  # resizes come as SIGWINCH, see console.py

    async def read(self, number: int, on_ready: Callable[[], None] | None = None) -> str:
        """Show the prompt of cell `number` and return what was typed.

        `on_ready` is called when the prompt is about to be drawn.  Raises EOFError for Ctrl-D.
        """
        self._number = number
        read = self._session.prompt_async(handle_sigint=False, set_exception_handler=False, pre_run=on_ready)
        return await read

    def interrupt(self) -> None:
        """A SIGINT from outside: what Ctrl-C does."""
        self._session.app.key_processor.send_sigint()

    def resize(self) -> None:
        """The terminal has another size."""
        app = self._session.app
        if app.is_running and not app._running_in_terminal:
            app._on_resize()

    async def run_above(self, function: Callable[[], None]) -> None:
        """Hide the prompt, call `function()`, show the prompt again."""
        app = self._session.app
        if not app.is_running or app.context is None:
            function()
            return

        async def run() -> None:
            async with in_terminal():
                function()

        await app.create_background_task(app.context.copy().run(run))

    def typed_ahead(self) -> bool:
        """Keep the keys that were typed before the terminal was in busy mode; True if Ctrl-C is among them.

        For the few milliseconds in which a command runs already, but the kernel does not yet make a signal of it.
        """
        keys = [*get_typeahead(self._input), *self._input.read_keys()]
        rest = [key for key in keys if key.key not in (Keys.ControlC, Keys.SIGINT, Keys.CPRResponse)]
        store_typeahead(self._input, rest)
        return any(key.key in (Keys.ControlC, Keys.SIGINT) for key in keys)

    def _message(self) -> StyleAndTextTuples:
        return [("class:prompt", "In ["), ("class:number", str(self._number)), ("class:prompt", "]: ")]

    @staticmethod
    def _continuation(width: int, line_number: int, wrap_count: int) -> StyleAndTextTuples:
        return [("class:continuation", "...: ".rjust(width))]

    def _key_bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        focused = has_focus(DEFAULT_BUFFER)

        @Condition
        def before_text() -> bool:
            return not self._session.default_buffer.document.current_line_before_cursor.strip()

        @bindings.add("c-c")
        @bindings.add(Keys.SIGINT)
        def clear(event: KeyPressEvent) -> None:
            """Clear the line."""
            self.on_ctrl_c()
            event.app.current_buffer.reset()
            event.app.layout.focus(DEFAULT_BUFFER)

        @bindings.add("c-z", filter=~has_selection)
        def suspend(event: KeyPressEvent) -> None:
            """Stop the process, as the shell that started it wants with Ctrl-Z."""
            # Not prompt_toolkit's own: in a process with several threads the stop comes a little after kill() has
            # returned, and by then the prompt has asked the terminal where the cursor is.  The answer would be typed
            # into the other shell.
            event.app.create_background_task(self.run_above(_stop))

        @bindings.add("enter", filter=focused & ~has_selection)
        def enter(event: KeyPressEvent) -> None:
            """Run the cell if it is complete, else begin another line."""
            buffer = event.current_buffer
            document = buffer.document
            below = document.text_after_cursor.strip()
            if not below and self._is_complete(document.text):
                buffer.text = document.text.rstrip()
                buffer.cursor_position = len(buffer.text)
                buffer.validate_and_handle()
            else:
                line = document.current_line_before_cursor
                indent = line[: len(line) - len(line.lstrip())]
                if line.rstrip().endswith(":"):
                    indent += "    "
                elif line.split()[:1] and line.split()[0] in ("return", "pass", "break", "continue", "raise"):
                    indent = indent[:-4]
                buffer.insert_text("\n" + indent)

        @bindings.add("tab", filter=focused & before_text)
        def tab(event: KeyPressEvent) -> None:
            """Indent."""
            buffer = event.current_buffer
            buffer.insert_text(" " * (4 - len(buffer.document.current_line_before_cursor) % 4))

        @bindings.add("backspace", filter=focused & before_text & ~has_selection)
        def backspace(event: KeyPressEvent) -> None:
            """Undo one step of indentation."""
            buffer = event.current_buffer
            column = len(buffer.document.current_line_before_cursor)
            buffer.delete_before_cursor((column - 1) % 4 + 1 if column else 1)

        return bindings


def _stop() -> None:
    os.kill(0, signal.SIGTSTP)
    time.sleep(0.2)  # in which the process stops


def open_history(path: Path) -> tuple[History, str]:
    """The history over sessions, and what is wrong with it (then it is one for this session only)."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        return InMemoryHistory(), f"history: {path}: {error.strerror}; this session's is not kept"
    return FileHistory(path), ""

"""The keys of the prompt that are not prompt_toolkit's own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, Filter, emacs_insert_mode, has_focus, has_selection
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from gshell.console.completion import PythonCompleter, add_keys
from gshell.console.stacks import print_stacks
from gshell.shell.pasted import pasted

INDENT = 4

RunAbove = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]


def key_bindings(
    is_complete: Callable[[str], bool],
    current_buffer: Callable[[], Buffer],
    on_ctrl_c: Callable[[], None],
    run_above: RunAbove,
    completer: PythonCompleter,
) -> KeyBindings:
    """The bindings; `current_buffer()` is what is edited.  The functions are called in the console thread."""
    bindings = KeyBindings()
    focused = has_focus(DEFAULT_BUFFER)

    @Condition
    def before_text() -> bool:
        return not current_buffer().document.current_line_before_cursor.strip()

    @bindings.add("c-c")
    @bindings.add(Keys.SIGINT)
    def clear(event: KeyPressEvent) -> None:
        """Clear the line."""
        for buffer in {event.app.current_buffer, current_buffer()}:  # the first may be that of a search
            buffer.reset()
        event.app.layout.focus(DEFAULT_BUFFER)
        on_ctrl_c()

    _add_process_keys(bindings, run_above)
    _add_cell_keys(bindings, focused, is_complete)
    _add_indentation_keys(bindings, focused & before_text)
    add_keys(bindings, completer, focused, before_text)
    return bindings


def _add_process_keys(bindings: KeyBindings, run_above: RunAbove) -> None:
    """Keys that are about the process, and not about the cell."""

    @bindings.add("c-\\")
    def show_stacks(event: KeyPressEvent) -> None:
        """Print every thread's stack."""
        event.app.create_background_task(run_above(lambda: print_stacks(None)))

    @bindings.add("c-z", filter=~has_selection)
    def suspend(event: KeyPressEvent) -> None:
        """Stop the process, as the shell that started it wants with Ctrl-Z."""
        # Not prompt_toolkit's own: in a process with several threads the stop comes a little after kill() has
        # returned, and by then the prompt has asked the terminal where the cursor is.  The answer would be typed
        # into the other shell.
        event.app.create_background_task(run_above(_stop))


def _add_cell_keys(bindings: KeyBindings, focused: Filter, is_complete: Callable[[str], bool]) -> None:
    """Keys that run the cell, add a line, paste, or open the editor."""

    @bindings.add("enter", filter=focused & ~has_selection)
    def enter(event: KeyPressEvent) -> None:
        """Run the cell if it is complete and the cursor in its last line, else begin another line."""
        buffer = event.current_buffer
        document = buffer.document
        below = document.text_after_cursor.partition("\n")[2]
        if not below.strip() and is_complete(document.text):
            buffer.text = document.text.rstrip()
            buffer.cursor_position = len(buffer.text)
            buffer.validate_and_handle()
        else:
            new_line(buffer)

    @bindings.add("c-o", filter=focused & emacs_insert_mode)
    def another_line(event: KeyPressEvent) -> None:
        """Begin another line, whether the cell is complete or not."""
        new_line(event.current_buffer)

    @bindings.add(Keys.BracketedPaste, filter=focused)
    def paste(event: KeyPressEvent) -> None:
        """Insert what is pasted; at the beginning of a cell, without prompts and common indentation."""
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        buffer = event.current_buffer
        buffer.insert_text(text if buffer.text.strip() else pasted(text))

    @bindings.add("f2", filter=focused)
    def edit(event: KeyPressEvent) -> None:
        """Open the cell in the editor, as Ctrl-X Ctrl-E does."""
        event.current_buffer.open_in_editor()


def _add_indentation_keys(bindings: KeyBindings, before_text: Filter) -> None:
    """Keys that do something else between the line's beginning and its text."""

    @bindings.add("tab", filter=before_text)
    def tab(event: KeyPressEvent) -> None:
        """Indent."""
        buffer = event.current_buffer
        buffer.insert_text(" " * (INDENT - len(buffer.document.current_line_before_cursor) % INDENT))

    @bindings.add("backspace", filter=before_text & ~has_selection)
    def backspace(event: KeyPressEvent) -> None:
        """Undo one step of indentation."""
        buffer = event.current_buffer
        column = len(buffer.document.current_line_before_cursor)
        buffer.delete_before_cursor((column - 1) % INDENT + 1 if column else 1)


def new_line(buffer: Buffer) -> None:
    """Break the line at the cursor, and indent the new one as Python wants it."""
    line = buffer.document.current_line_before_cursor
    indent = line[: len(line) - len(line.lstrip())]
    if line.rstrip().endswith((":", "(", "[", "{")):
        indent += " " * INDENT
    elif line.split()[:1] and line.split()[0] in ("return", "pass", "break", "continue", "raise"):
        indent = indent[:-INDENT]
    buffer.insert_text("\n" + indent)


def _stop() -> None:
    os.kill(0, signal.SIGTSTP)
    time.sleep(0.2)  # in which the process stops

"""A traceback on a stream, as the settings want it."""

from __future__ import annotations

from contextlib import suppress
from typing import TextIO

from gshell.settings import Settings
from gshell.shell.tracebacks.colours import coloured
from gshell.shell.tracebacks.text import format_exception
from gshell.streams import flush, is_terminal, visible


def print_exception(error: BaseException, file: TextIO, settings: Settings, mode: str = "") -> None:
    """Print the traceback of `error` to `file`.  From any thread.

    `mode` is one of MODES ("verbose": in the worker only, since it calls the repr of the user's objects), or "" for
    what the settings say without calling any.  A file that is not a terminal, and that programs may read, gets what
    Python prints, without colours.
    """
    terminal = is_terminal(file)
    mode = mode or settings.tracebacks.replace("verbose", "context")
    text = format_exception(error, mode if terminal or mode == "minimal" else "plain")
    if terminal:
        text = visible(text, colours=True)
    if terminal and settings.colors != "none":
        with suppress(Exception):  # no file can be opened, say, and so nothing imported: that is what it may be about
            text = coloured(text, settings.colors)
    file.write(text)
    flush(file)

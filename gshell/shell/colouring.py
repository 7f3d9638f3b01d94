"""Python code in the colours of the user's style, for a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; the user's own, or a closed one, need not be able to tell."""
    try:
        return bool(stream.isatty())
    except Exception:
        return False


def to_terminal() -> bool:
    """Whether what is printed is shown on a terminal.  In the worker: sys.stdout may be the user's own."""
    return is_terminal(sys.stdout)


def wants_colours(shell: Shell) -> bool:
    """Whether what is printed should be coloured."""
    return shell.settings.colors != "none" and to_terminal()


def coloured(shell: Shell, code: str) -> str:
    """Python code in colours, if it should have any."""
    if not wants_colours(shell):
        return code
    from pygments import highlight
    from pygments.formatters import Terminal256Formatter
    from pygments.lexers.python import PythonLexer
    from pygments.util import ClassNotFound

    try:
        formatter = Terminal256Formatter(style=shell.settings.colors)
    except ClassNotFound:  # the settings file says what no pygments knows
        formatter = Terminal256Formatter()
    return highlight(code, PythonLexer(stripnl=False), formatter)

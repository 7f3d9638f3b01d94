"""Tracebacks as the user should see them: with their source, in colour, and without the shell's own frames.

How an exception is chained to others, what a group holds, its notes, a syntax error's own lines: all that is Python's,
from `traceback.TracebackException`.  Only how a frame looks is ours.

    text.py      which frames are shown, and the whole text
    frames.py    how one frame looks
    colours.py   the colours of the text
    printing.py  the text on a stream
"""

from gshell.shell.tracebacks.printing import print_exception
from gshell.shell.tracebacks.text import MODES, format_exception, user_traceback

__all__ = ["MODES", "format_exception", "print_exception", "user_traceback"]

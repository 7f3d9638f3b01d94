"""Tracebacks as the user should see them: in colour, and without the shell's own frames."""

from __future__ import annotations

import os
import traceback
from types import TracebackType
from typing import TextIO

import gshell

_OWN = os.path.dirname(os.path.abspath(gshell.__file__)) + os.sep
_FROZEN = "<frozen importlib"


def print_exception(error: BaseException, file: TextIO) -> None:
    """Print the traceback of `error` to `file`, in colour if that is a terminal.  From any thread."""
    text = format_exception(error)
    if file.isatty():
        text = _coloured(text)
    file.write(text)
    file.flush()


def format_exception(error: BaseException) -> str:
    """The traceback of `error` and of the exceptions that it is chained to or made of, as text."""
    try:
        shown = traceback.TracebackException.from_exception(error)
    except Exception as broken:  # a hostile exception: one whose attributes or __str__ raise
        return f"{type(error).__name__} (and its traceback could not be made: {type(broken).__name__})\n"
    _strip(shown, set())
    return "".join(shown.format())


def user_traceback(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame on that is not the shell's own: what a debugger should start with."""
    while trace is not None and _is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _strip(shown: traceback.TracebackException, seen: set[int]) -> None:
    if id(shown) in seen:
        return
    seen.add(id(shown))
    kept: list[traceback.FrameSummary] = []
    for frame in shown.stack:
        if not _is_own(frame.filename):
            kept.append(frame)
        elif frame.name == "call_magic" and kept:
            kept.pop()  # the line of the cell that is a magic, like `run script.py`: its Python is ours
    if isinstance(shown.exc_type, type) and issubclass(shown.exc_type, SyntaxError | ImportError):
        kept = [frame for frame in kept if not frame.filename.startswith(_FROZEN)]
    shown.stack = traceback.StackSummary.from_list(kept)
    for other in (shown.__cause__, shown.__context__, *(shown.exceptions or ())):
        if other is not None:
            _strip(other, seen)


def _is_own(filename: str) -> bool:
    return filename.startswith(_OWN)


def _coloured(text: str) -> str:
    from pygments import highlight
    from pygments.formatters import Terminal256Formatter
    from pygments.lexers.python import PythonTracebackLexer

    return highlight(text, PythonTracebackLexer(stripnl=False), Terminal256Formatter())

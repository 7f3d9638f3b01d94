"""Where in the user's code a thread is: `script.py:12 in load -> numpy.linalg.svd`."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from types import CodeType, FrameType, ModuleType

from gshell.code_origin import is_users

_WIDTH = 60
"""Characters of an expression that are shown."""


def where(ident: int) -> str:
    """Say which line of the user's code a thread executes now, and what that calls.  From any other thread.

    Empty if the thread executes none of the user's code (see code_origin.py).
    """
    frame = sys._current_frames().get(ident)
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return "" if frame is None else where_in(frame)


def where_in(frame: FrameType) -> str:
    """The same of a frame of the user's code."""
    code = frame.f_code
    inside = "" if code.co_name == "<module>" else f" in {code.co_qualname}"
    called = _called(frame)
    return f"{_short(code.co_filename)}:{frame.f_lineno}{inside}{called and f' -> {called}'}"


def _short(filename: str) -> str:
    if filename.startswith("<"):
        return filename
    try:
        relative = os.path.relpath(filename)
    except (OSError, ValueError):  # the current directory is gone, or on another drive
        return filename
    return filename if relative.startswith(os.pardir) else relative


def _called(frame: FrameType) -> str:
    """The function that the frame's current instruction calls, or the expression that it evaluates."""
    try:
        expression = ast.parse(f"({_source(frame.f_code, frame.f_lasti, frame.f_globals)})", mode="eval").body
        return _name(expression, frame)
    except (SyntaxError, ValueError, RecursionError):
        return ""  # a statement, the file is not there any more, or an expression without end


def _name(expression: ast.expr, frame: FrameType) -> str:
    if isinstance(expression, ast.Await):
        expression = expression.value
    if not isinstance(expression, ast.Call):
        return "" if isinstance(expression, ast.Name | ast.Constant | ast.Tuple) else _cut(ast.unparse(expression))
    function = expression.func
    root: ast.expr = function
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name):  # np.linalg.svd -> numpy.linalg.svd
        value = frame.f_globals.get(root.id)
        if type(value) is ModuleType:
            root.id = value.__name__
    return _cut(ast.unparse(function))


def _source(code: CodeType, lasti: int, names: dict[str, object]) -> str:
    """The text that the instruction at `lasti` was compiled from."""
    first, last, begin, end = list(code.co_positions())[lasti // 2]
    if first is None or last is None or begin is None or end is None:
        return ""
    lines = [line.encode() for line in linecache.getlines(code.co_filename, names)[first - 1 : last]]
    if len(lines) != last - first + 1:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][begin:]
    return b"".join(lines).decode(errors="replace")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."

"""The text of a traceback, in one of the modes, without the shell's own frames."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from types import FrameType, TracebackType

from gshell.code_origin import is_library, is_own
from gshell.shell.tracebacks.frames import Frames

MODES = ("plain", "context", "verbose", "minimal")
"""How much a traceback shows: as Python does; lines around; values of variables, too; or only what went wrong."""

_FROZEN = "<frozen importlib"


def format_exception(error: BaseException, mode: str = "plain") -> str:
    """The traceback of `error` and of the exceptions that it is chained to or made of, as text."""
    if isinstance(error, KeyboardInterrupt) and mode != "minimal":
        mode = "plain"
    while True:
        try:
            return _format(error, mode)
        except KeyboardInterrupt:  # a repr takes too long
            if mode != "verbose":
                raise
            mode = "context"
        except Exception as broken:  # a hostile exception: one whose attributes or __str__ raise
            if mode == "plain":
                return f"{type(error).__name__} (and its traceback could not be made: {type(broken).__name__})\n"
            mode = "plain"


def user_traceback(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame on that is not the shell's own: what a debugger should start with."""
    while trace is not None and is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _format(error: BaseException, mode: str) -> str:
    shown = traceback.TracebackException.from_exception(error)
    if mode == "minimal":
        return "".join(shown.format_exception_only())
    _arrange(shown, error, mode, set())
    return "".join(shown.format())


def _arrange(shown: traceback.TracebackException, error: BaseException | None, mode: str, seen: set[int]) -> None:
    """Have the frames of `shown`, which was made of `error`, and of its relatives, look as they should."""
    if id(shown) in seen:
        return
    seen.add(id(shown))
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)] if error is not None else []
    known = frames if len(frames) == len(shown.stack) else [None] * len(shown.stack)  # not if sys.tracebacklimit is set
    kept: list[tuple[traceback.FrameSummary, FrameType | None]] = []
    for summary, frame in zip(shown.stack, known, strict=True):
        if not is_own(summary.filename):
            kept.append((summary, frame))
        elif summary.name == "call_magic" and kept:
            kept.pop()  # the line of the cell that is a magic, like `run script.py`: its Python is ours
    if isinstance(error, SyntaxError | ImportError):
        kept = [pair for pair in kept if not pair[0].filename.startswith(_FROZEN)]
    if isinstance(error, KeyboardInterrupt):
        kept = [pair for pair in kept if not is_library(pair[0].filename)] or kept
    shown.stack = Frames(kept, mode)
    for name in ("__cause__", "__context__"):
        if getattr(shown, name) is not None:
            _arrange(getattr(shown, name), getattr(error, name, None), mode, seen)
    members: Sequence[BaseException | None] = getattr(error, "exceptions", ())
    for number, member in enumerate(shown.exceptions or ()):
        _arrange(member, members[number] if number < len(members) else None, mode, seen)

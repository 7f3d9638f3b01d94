"""What all threads do, for Ctrl-\\: the frames of the shell's own left out, and the command's at the end.

The end is what is seen on the screen.  In a thread that has no code but the shell's, that is what there is to say.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType

from gshell.code_origin import is_own, is_users
from gshell.console.status import printable

DEEPEST = 100
"""Frames of a thread that are shown."""


def stacks(worker: int | None) -> str:
    """The stacks of all threads, that of the thread `worker` last.  In the console thread."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()
    order = sorted(frames, key=lambda ident: (ident == worker, _runs_users(frames[ident])))
    return "\n".join(_stack(ident == worker, names.get(ident, ""), frames[ident]) for ident in order)


def print_stacks(worker: int | None) -> None:
    """Print them, past the streams, which may be anybody's.  In the console thread."""
    with suppress(OSError):  # the user's code has closed it
        os.write(2, stacks(worker).encode(errors="replace"))


def _walk(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _runs_users(frame: FrameType) -> bool:
    return any(is_users(each.f_code.co_filename) for each in _walk(frame))


def _stack(is_worker: bool, name: str, frame: FrameType) -> str:
    shown = list(_walk(frame))
    if _runs_users(frame):
        shown = [each for each in shown if not is_own(each.f_code.co_filename)]
        while shown and not is_users(shown[-1].f_code.co_filename):
            shown.pop()  # how the thread was started
    what = "The command" if is_worker else f"Thread {printable(name)}".rstrip()
    lines = [f"{what} (most recent call first):"]
    for each in shown[:DEEPEST]:
        code = each.f_code
        lines.append(f'  File "{printable(code.co_filename)}", line {each.f_lineno} in {printable(code.co_name)}')
    return "\n".join([*lines, "  ..."] if len(shown) > DEEPEST else lines) + "\n"

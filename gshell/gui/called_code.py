"""Code that the toolkit itself calls on the GUI thread: slots, event handlers, what timers do.

Nothing of ours is between the event loop and such code, so nothing says when it begins and ends.  But the stack of the
GUI thread can be looked at from outside: the frame just above our function that runs the event loop is the user's, or
there is none.  Ctrl-C looks twice.  The same frame after a while is code that does not end, and gets the exception.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TypeVar

from gshell.code_origin import is_own
from gshell.gui.user_code import TOO_LONG
from gshell.threads.async_exc import raise_in_thread
from gshell.threads.claim import Claim

F = TypeVar("F", bound=Callable[..., object])

_TOOLKITS = {"gi", "tkinter", "wx"}
"""Packages whose own functions in Python may be between an event loop and what it calls."""

_loops: set[CodeType] = set()


def runs_events(function: F) -> F:
    """Mark a function of ours as one in which a toolkit's event loop runs, or that is called by one for the user."""
    _loops.add(function.__code__)
    return function


def called_by_loop(frame: FrameType | None) -> FrameType | None:
    """The frame of code that is not ours, which the innermost event loop on this stack has called; None if none runs.

    What it calls itself (ours, to draw a figure) is a part of it.
    """
    called = None
    while frame is not None and frame.f_code not in _loops:
        if str(frame.f_globals.get("__name__")).partition(".")[0] not in _TOOLKITS:
            called = frame
        frame = frame.f_back
    if frame is None or called is None or is_own(called.f_code.co_filename):
        return None
    return called


class CalledCode:
    """Ends code on the GUI thread: what the event loop has called, and what we have."""

    def __init__(self, ident: int, press_ours: Callable[[], bool]) -> None:
        """`ident` is the GUI thread's; `press_ours()` ends what we have called ourselves, if it takes too long; whether
        it does."""
        self._ident = ident
        self._press_ours = press_ours
        self._free: Claim[bool] = Claim(True)  # taken while somebody looks

    def press(self) -> None:
        """Ctrl-C was pressed: end the code that runs, if that takes too long.  From any other thread."""
        if self._press_ours():
            return
        frame = self._now()
        if frame is not None and self._free.take():
            timer = threading.Timer(TOO_LONG, self._look_again, [frame])
            timer.daemon = True
            timer.start()

    def _now(self) -> FrameType | None:
        return called_by_loop(sys._current_frames().get(self._ident))

    def _look_again(self, frame: FrameType) -> None:
        self._free.offer(True)
        if self._now() is frame:
            raise_in_thread(self._ident, KeyboardInterrupt)

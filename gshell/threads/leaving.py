"""Have a function called when a frame that is being executed returns.

For the gate: a worker that is inside matplotlib nearly all of the time (a loop that updates a figure) is hardly
ever caught outside it by chance.  So it is stopped at the moment when it leaves.

From 3.12 on `sys.monitoring` watches the returns of one code object, which costs nothing elsewhere.  Before, there
is only `sys.setprofile`, which sees every call and return of the thread (matplotlib gets about twice as slow until
the frame returns).  A profiler of the user's comes first: then nothing is watched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from gshell.threads.interrupt import protected

_TOOL = 4
"""A tool id that CPython's documentation leaves to others: 0 to 2 and 5 are debugger, coverage, profiler, optimizer."""


class Leaving:
    """Calls `on_leave()` in the thread that executes the watched frame, when that is about to return or to yield."""

    def __init__(self, on_leave: Callable[[], None]) -> None:
        self._on_leave = on_leave
        self._frame: FrameType | None = None

    @protected
    def watch(self, frame: FrameType) -> bool:
        """Watch `frame`, of the calling thread, unless one is being watched.  False: that is not possible now."""
        if self._frame is frame:
            return True
        self._stop()
        self._frame = frame
        if self._start(frame.f_code):
            return True
        self._frame = None
        return False

    def forget(self) -> None:
        """Watch nothing: the frame may have ended by an exception, which is not seen."""
        if self._frame is not None:
            self._stop()

    @protected
    def _left(self) -> None:
        self._stop()
        self._on_leave()

    if sys.version_info >= (3, 12):

        def _start(self, code: CodeType) -> bool:
            monitoring = sys.monitoring
            if monitoring.get_tool(_TOOL) is None:
                monitoring.use_tool_id(_TOOL, "gshell")
                monitoring.register_callback(_TOOL, monitoring.events.PY_RETURN, self._on_return)
                monitoring.register_callback(_TOOL, monitoring.events.PY_YIELD, self._on_return)
            elif monitoring.get_tool(_TOOL) != "gshell":
                return False
            monitoring.set_local_events(_TOOL, code, monitoring.events.PY_RETURN | monitoring.events.PY_YIELD)
            return True

        def _stop(self) -> None:
            frame, self._frame = self._frame, None
            if frame is not None:
                sys.monitoring.set_local_events(_TOOL, frame.f_code, 0)

        @protected
        def _on_return(self, code: CodeType, offset: int, value: object) -> None:
            if sys._getframe(1) is self._frame:
                self._left()

    else:

        def _start(self, code: CodeType) -> bool:
            if sys.getprofile() is not None:
                return False
            sys.setprofile(self._on_event)
            return True

        def _stop(self) -> None:
            if self._frame is not None:
                self._frame = None
                sys.setprofile(None)

        @protected
        def _on_event(self, frame: FrameType, event: str, argument: Any) -> None:
            if frame is self._frame and event == "return":
                self._left()

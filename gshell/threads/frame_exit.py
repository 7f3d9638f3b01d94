"""Have functions called when a frame that is being executed returns.

The gate waits for a worker that is inside matplotlib: one that is there nearly all of the time (a loop that updates a
figure) is hardly ever caught outside it by chance, and so is stopped at the moment when it leaves.  An interrupt waits
for the end of a function that it must not break, likewise.

From 3.12 on `sys.monitoring` watches the returns of one code object, which costs nothing elsewhere.  Before, there
is only `sys.setprofile`, which sees every call and return of the thread (matplotlib gets about twice as slow until
the frame returns).  A profiler of the user's comes first: then nothing is watched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from types import CodeType, FrameType
from typing import Any

from gshell.threads.async_exc import raise_below
from gshell.threads.protection import protected

_TOOL = 4
"""A tool id that CPython's documentation leaves to others: 0 to 2 and 5 are debugger, coverage, profiler, optimizer."""
_SUSPENDED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
"""The code of a frame that may go on after what is seen here as its return."""


class Leaving:
    """Calls `on_leave()` in the thread that executes the watched frame, when that is about to return or to yield.

    If it returns an exception, that is raised in who has called the frame.  `last`: after those of other instances that
    watch the same frame.
    """

    def __init__(self, on_leave: Callable[[], type[BaseException] | None], *, last: bool = False) -> None:
        self._on_leave = on_leave
        self.frame: FrameType | None = None
        """The frame that is being watched."""
        _all.insert(len(_all) if last else 0, self)

    @protected
    def watch(self, frame: FrameType) -> bool:
        """Watch `frame`, of the calling thread, unless one is being watched.  False: that is not possible now."""
        if self.frame is frame:
            return True
        self.forget()
        self.frame = frame
        if _start(frame.f_code):
            return True
        self.frame = None
        return False

    @protected
    def forget(self) -> None:
        """Watch nothing: the frame may have ended by an exception, which is not seen.  In the thread of watch()."""
        frame, self.frame = self.frame, None
        if frame is not None and not any(other.frame and other.frame.f_code is frame.f_code for other in _all):
            _stop(frame.f_code)

    @protected
    def leave(self) -> type[BaseException] | None:
        """The watched frame is about to return."""
        self.forget()
        return self._on_leave()


_all: list[Leaving] = []


@protected
def _left(frame: FrameType) -> None:
    raised = [each.leave() for each in _all if each.frame is frame]
    exception = next(filter(None, raised), None)
    if exception is None:
        return
    # Raised right here it takes the place of what the frame returns.  An asynchronous exception could wait for long:
    # CPython looks for one neither after an import nor, in 3.14, after a first call with keywords, and the next thing
    # may be a call that blocks.  A generator, though, is not to end by its own yield; and a profile function that
    # raises is one no more, which others may watch a frame by.
    if not frame.f_code.co_flags & _SUSPENDED and (sys.version_info >= (3, 12) or not _is_watched()):
        raise exception
    raise_below(exception)


def _is_watched() -> bool:
    return any(each.frame for each in _all)


if sys.version_info >= (3, 12):

    def _start(code: CodeType) -> bool:
        monitoring = sys.monitoring
        if monitoring.get_tool(_TOOL) is None:
            monitoring.use_tool_id(_TOOL, "gshell")
            monitoring.register_callback(_TOOL, monitoring.events.PY_RETURN, _on_return)
            monitoring.register_callback(_TOOL, monitoring.events.PY_YIELD, _on_return)
        elif monitoring.get_tool(_TOOL) != "gshell":
            return False
        monitoring.set_local_events(_TOOL, code, monitoring.events.PY_RETURN | monitoring.events.PY_YIELD)
        return True

    def _stop(code: CodeType) -> None:
        sys.monitoring.set_local_events(_TOOL, code, 0)

    @protected
    def _on_return(code: CodeType, offset: int, value: object) -> None:
        _left(sys._getframe(1))

else:

    def _start(code: CodeType) -> bool:
        if sys.getprofile() not in (None, _on_event):
            return False
        sys.setprofile(_on_event)
        return True

    def _stop(code: CodeType) -> None:
        if not _is_watched():
            sys.setprofile(None)

    @protected
    def _on_event(frame: FrameType, event: str, argument: Any) -> None:
        if event == "return":
            _left(frame)

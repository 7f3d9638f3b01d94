"""Give up a thread that can't be interrupted: it ends when its C call returns, and runs no more Python until then.

An exception is not enough.  PyThreadState_SetAsyncExc raises it at the next bytecode that looks for it, and after
`c = a @ b` that may be several lines later, when `c` is bound already; and then the user's own `except` and `finally`
run, in a thread that nobody waits for any more, on names that the next command uses.  So there is a fence as well: in
that thread every instruction raises `Abandoned` again, those of handlers too.  What is let through is what the
compiler put around a handler, and the call of a context manager's `__exit__`: one that is written in C (a lock, a
file) does its work, for one in Python the fence is at its first instruction.  And the modules whose locks would stay
locked for ever, those of threads, logging and imports, clean up as they do; so does the shell's own output, which has
no locks but doors and claims (completes()).

From 3.12 on the fence is made of events of sys.monitoring: INSTRUCTION, for the code of the innermost frame, which
alone goes on after the C call; then EXCEPTION_HANDLED, which puts the same around the code that has a handler.  (To
raise in EXCEPTION_HANDLED itself would be simpler, but CPython then looks for the next handler from the wrong place,
and may find the same one for ever.)  And from the moment when the thread unwinds, the start of every function.

sys.monitoring knows no threads: others that execute the same function come to its events too, which makes it some 20
times slower.  It can be told to forget one event at one place, by DISABLE.  So all places in the function are watched
at first, and another thread that comes to one has it forgotten, unless it is where the C call returns to: then one
event for each time that a thread passes by that place is all that is left.  Until the thread unwinds, others pay for
the fence only there, and when an exception passes through them.

On 3.11 it is a trace function of that one thread.  sys.settrace() would not do: its function is removed as soon as it
raises.  CPython calls a trace function as `int f(obj, frame, what, arg)`; PyObject_DelItem(obj, key), which is just
`del obj[key]`, has the right type but for two arguments too few, and raises as often as `obj` does.
"""

from __future__ import annotations

import contextlib
import ctypes
import dis
import itertools
import os
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType

from gshell.native_threads import get_ident
from gshell.threads import claim, door
from gshell.threads.async_exc import Abandoned, raise_in_living_thread, take_back
from gshell.threads.interrupts import delivery
from gshell.threads.protection import protected

_TOOL = 3
"""A tool id of sys.monitoring; see frame_exit.py."""

_LET_THROUGH = {dis.opmap[name] for name in ("PUSH_EXC_INFO", "WITH_EXCEPT_START", "COPY", "POP_EXCEPT", "RERAISE")}


class Fence:
    """Around a thread: it only unwinds from now on, up to the code of the file `own`, and raises `Abandoned` there.

    `tstate` is the address of its PyThreadState.  In any other thread.
    """

    def __init__(self, thread: threading.Thread, tstate: int, own: str) -> None:
        self._thread = thread
        self._own = own
        assert thread.ident is not None
        self._ident = thread.ident
        self._codes: set[CodeType] = set()  # with events for each instruction
        self._whole: set[CodeType] = set()  # of these, those in which none may be forgotten
        self._stands: tuple[CodeType, int] | None = None
        self._back: frozenset[int] = frozenset()  # the instructions to which its C call may return
        frame = sys._current_frames().get(self._ident)
        if frame is not None:
            self._put_up(frame, tstate)
            self._raise(frame)

    def is_around(self, thread: threading.Thread | None) -> bool:
        """Whether it is around this thread, and not around one that has ended and had the same ident."""
        return self._thread is thread

    @property
    def holds(self) -> bool:
        """Whether there is a thread that it is around.  From any thread."""
        return self._thread.is_alive()

    def again(self) -> bool:
        """Raise once more: the C code may have dropped the exception, as a callback's caller does.

        Now and then, in any other thread, until it returns False: the thread has ended.
        """
        if not self._thread.is_alive():
            self._take_down()
            return False
        frame = sys._current_frames().get(self._ident)
        if frame is not None:
            self._follow(frame)
            self._raise(frame)
        return True

    def _stops(self, code: CodeType, offset: int) -> bool:
        """Whether this instruction is one that must not be executed.  In the thread itself."""
        return self._guards(code) and code.co_code[offset] not in _LET_THROUGH

    def _guards(self, code: CodeType) -> bool:
        return code.co_filename != self._own and code.co_filename not in _free

    if sys.version_info >= (3, 12):

        def _put_up(self, innermost: FrameType, tstate: int) -> None:
            if sys.monitoring.get_tool(_TOOL) is None:
                sys.monitoring.use_tool_id(_TOOL, "gshell")
                for event, callback in _CALLBACKS.items():
                    sys.monitoring.register_callback(_TOOL, event, callback)
            elif sys.monitoring.get_tool(_TOOL) != "gshell":
                return  # somebody else's: then the exception has to do
            _fences[self._ident] = self
            sys.monitoring.set_events(_TOOL, sys.monitoring.get_events(_TOOL) | _ON_EXCEPTION)
            self._follow(innermost)

        def _follow(self, innermost: FrameType) -> None:
            """Put up the fence where the thread will go on: in the innermost frame that is not let through."""
            frame: FrameType | None = innermost
            while frame is not None and not self._guards(frame.f_code):
                frame = frame.f_back
            if frame is None or _fences.get(self._ident) is not self:
                return
            stands = frame.f_code, frame.f_lasti
            if stands != self._stands:
                self._back = _following(*stands)
                self._stands = stands
                self._watch(frame.f_code)

        def _raise(self, innermost: FrameType) -> None:
            if self._guards(innermost.f_code):
                raise_in_living_thread(self._thread, Abandoned)

        def needs(self, code: CodeType, offset: int) -> bool:
            """Whether the thread may come to this instruction next.  In any other thread."""
            return code in self._whole or (
                offset in self._back and self._stands is not None and self._stands[0] is code
            )

        def close(self) -> None:
            """The thread unwinds: let it begin no function any more."""
            sys.monitoring.set_events(_TOOL, _ON_EXCEPTION | _ON_START)

        def include(self, code: CodeType) -> None:
            """Put up the fence around all of `code`."""
            self._whole.add(code)
            self._watch(code)

        def _watch(self, code: CodeType) -> None:
            self._codes.add(code)
            sys.monitoring.set_local_events(_TOOL, code, 0)  # or what other threads had forgotten stays so
            sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.INSTRUCTION)

        def _take_down(self) -> None:
            if _fences.get(self._ident) is self:
                del _fences[self._ident]
            for code in self._codes.difference(*(fence._codes for fence in _fences.values())):
                sys.monitoring.set_local_events(_TOOL, code, 0)
            if not _fences:
                sys.monitoring.set_events(_TOOL, 0)

    else:

        def _put_up(self, innermost: FrameType, tstate: int) -> None:
            frame: FrameType | None = innermost
            while frame is not None:
                frame.f_trace_opcodes = True
                frame = frame.f_back
            api = ctypes.pythonapi
            set_trace = api._PyEval_SetTrace
            set_trace.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.py_object]
            set_trace(tstate, ctypes.cast(api.PyObject_DelItem, ctypes.c_void_p), self)
            take_back(self._ident)

        def _follow(self, innermost: FrameType) -> None:
            """Nothing to do: the trace function is called wherever the thread goes on."""

        def _raise(self, innermost: FrameType) -> None:
            """Leave it to the trace function; see take_back()."""

        @protected
        def __delitem__(self, frame: FrameType) -> None:
            """The trace function."""
            if self._stops(frame.f_code, frame.f_lasti):
                raise Abandoned

        def _take_down(self) -> None:
            pass  # the thread's own end was the end of its trace function


_set_trace = ctypes.pythonapi.PyEval_SetTrace  # looked up here: ctypes does that in Python
_free = {
    __file__,
    claim.__file__,
    contextlib.__file__,  # the end of a context manager that is a generator, of what is let through itself
    delivery.__file__,  # the hook for what can't be raised
    door.__file__,
    threading.__file__,
    os.path.join(os.path.dirname(threading.__file__), "logging", "__init__.py"),
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
}
_fences: dict[int, Fence] = {}


def completes(file: str) -> None:
    """Have a thread that is given up complete the calls of functions in `file`: others wait for what they give back."""
    _free.add(file)


def after_fork() -> None:
    """In a forked child, which has other threads."""
    _fences.clear()


def ended() -> None:
    """The calling thread has come to the end of its fence, and ends.  (Its ident may be another thread's soon.)"""
    if sys.version_info >= (3, 12):
        fence = _own_fence()
        if fence is not None:
            _fences.pop(get_ident(), None)
    else:
        _set_trace(None, None)


if sys.version_info >= (3, 12):

    def _own_fence() -> Fence | None:
        """The fence around the calling thread."""
        ident = get_ident()
        fence = _fences.get(ident)
        # Not current_thread(): that makes an object for a thread that has none yet.
        return fence if fence is not None and fence.is_around(threading._active.get(ident)) else None  # type: ignore[attr-defined]

    def _following(code: CodeType, offset: int) -> frozenset[int]:
        """The offsets of the instructions that may be executed next after the one at `offset`; and that itself."""
        instructions = list(dis.get_instructions(code))
        following = {offset}
        for instruction, after in itertools.pairwise(instructions):
            if instruction.offset == offset:
                following.add(after.offset)
                if instruction.opcode in _JUMPS:
                    following.add(instruction.argval)
        for instruction, after in itertools.pairwise(instructions):
            # The prefix of an instruction, and the end of a loop, which is left out when the loop comes to its end.
            if instruction.offset in following and instruction.opname in ("EXTENDED_ARG", "END_FOR", "POP_ITER"):
                following.add(after.offset)
        return frozenset(following)

    @protected
    def _on_instruction(code: CodeType, offset: int) -> object:
        fence = _own_fence()
        if fence is None:
            needed = any(each.needs(code, offset) for each in _fences.copy().values())
            return None if needed else sys.monitoring.DISABLE
        if fence._stops(code, offset):
            fence.close()
            raise Abandoned
        fence.include(code)  # it goes on from here, a little way
        return None

    @protected
    def _on_handled(code: CodeType, offset: int, error: BaseException) -> None:
        fence = _own_fence()
        if fence is not None and fence._guards(code):
            fence.close()
            fence.include(code)

    @protected
    def _on_unwind(code: CodeType, offset: int, error: BaseException) -> None:
        fence = _own_fence()
        if fence is not None:
            fence.close()

    @protected
    def _on_start(code: CodeType, offset: int, error: BaseException | None = None) -> None:
        fence = _own_fence()
        if fence is not None and fence._guards(code):
            raise Abandoned

    _JUMPS = {*dis.hasjrel, *dis.hasjabs}
    _events = sys.monitoring.events
    _ON_EXCEPTION = _events.EXCEPTION_HANDLED | _events.PY_UNWIND
    _ON_START = _events.PY_START | _events.PY_RESUME | _events.PY_THROW
    _CALLBACKS: dict[int, Callable[..., object]] = {
        _events.INSTRUCTION: _on_instruction,
        _events.EXCEPTION_HANDLED: _on_handled,
        _events.PY_UNWIND: _on_unwind,
        _events.PY_START: _on_start,
        _events.PY_RESUME: _on_start,
        _events.PY_THROW: _on_start,
    }

"""Which thread runs the scripts of `sys.remote_exec(pid, script)`, and so of `python -m pdb -p PID`.  From 3.14 on.

Another process writes the name of a script into a thread state of this one, and the thread runs it between two of its
bytecodes.  It is the thread that the interpreter keeps as its main one (`interp->threads.main`, which has no other
use than to say so).  With the OS main thread, a debugger would stop the event loop of the windows, and show the shell's
code instead of the user's.

Where that pointer is, CPython tells every debugger: `_PyRuntime` begins with a table of offsets (`_Py_DebugOffsets`,
PEP 768), whose eleventh word is this one's in the interpreter's state.  (The table is made for other processes to read;
its start has not changed since 3.14, and no function has what it says.)  What is found there must be the thread state
of the OS main thread, or it is left alone.
"""

from __future__ import annotations

import ctypes
import itertools
import operator
import sys

_COOKIE = b"xdebugpy"
_INTERPRETER_SIZE, _THREADS_MAIN = 6, 10
"""Words of the table."""


class RemoteScripts:
    """The thread that runs them, from the OS main thread to others and back."""

    def __init__(self, home: int) -> None:
        """`home` is the OS main thread's PyThreadState."""
        self._home = home
        self._cell = _cell(home)

    def leave(self, tstate: int) -> None:
        """The thread of this PyThreadState ends: they run in the OS main thread, unless they run in another by now."""
        if self._cell is not None:
            replace(self._cell, tstate, self._home)

    def come_to(self, tstate: int) -> None:
        """Have them run in the thread of this PyThreadState.  From any thread."""
        if self._cell is not None:
            self._cell.value = tstate

    def go_home(self) -> None:
        """Have them run in the OS main thread again.  From any thread."""
        self.come_to(self._home)


def replace(cell: ctypes.c_ulong | ctypes.c_uint64, old: int, new: int) -> None:
    """Write `new` to a word of CPython's if it is `old`.  One call into C, in which no other thread writes it."""
    is_old = map(operator.eq, map(operator.attrgetter("value"), (cell,)), (old,))
    _ = [*map(setattr, itertools.compress((cell,), is_old), ("value",), (new,))]


def _cell(home: int) -> ctypes.c_uint64 | None:
    """Where the interpreter has its main thread; None where there is no such thing or it is not known where."""
    if sys.version_info < (3, 14) or not hasattr(sys, "remote_exec"):
        return None
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    table = (ctypes.c_uint64 * (_THREADS_MAIN + 1)).from_address(runtime)
    offset = table[_THREADS_MAIN]
    if ctypes.string_at(runtime, len(_COOKIE)) != _COOKIE or offset >= table[_INTERPRETER_SIZE]:
        return None
    get = ctypes.pythonapi.PyInterpreterState_Get
    get.restype = ctypes.c_void_p
    cell = ctypes.c_uint64.from_address(int(get()) + offset)
    return cell if cell.value == home else None

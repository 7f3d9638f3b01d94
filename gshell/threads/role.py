"""CPython's main-thread role: which thread runs signal handlers and pending calls.

CPython runs Python signal handlers and pending calls in one thread only: the one whose ident is stored in
`_PyRuntime.main_thread`.  Every blocking call (`time.sleep`, `lock.acquire`, `sock.recv`, a long `re.match`)
asks `PyErr_CheckSignals()` when a signal breaks it, and in any other thread the answer is "not you": the call
goes back to sleep.  `PyThreadState_SetAsyncExc` does not help, it lands only between bytecodes.  So a worker
thread that must stop at once, whatever it does, has to *be* that thread.

There is no API for it.  The word is found by its value: the first one in `_PyRuntime` that equals the ident of
the main thread (seen at offset 0x50 in 3.11, 0x40 in 3.12, 0x290 in 3.13).  From 3.13 on the next word is
`main_tstate`, the thread state whose evaluation loop a signal wakes (see `leave()`).  A word of this size that
holds a thread's ident by chance is as good as impossible, and the result is tried before it is trusted: `take()`
sends itself a signal and a pending call, and both must run in the calling thread, or everything is put back and
`RoleUnavailable` is raised.

The scripts of other processes (`pdb -p`) run in a thread that is chosen in another way, and go where the role goes: see
remote_scripts.py.

Other interpreters, other layouts, Windows: `RoleUnavailable`, and the shell uses its fallback (see interrupts).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from gshell.native_threads import get_ident
from gshell.threads.protection import protected
from gshell.threads.remote_scripts import RemoteScripts, replace

# Two signals without a meaning of their own.  (macOS has no real-time signals.)
NUDGE = signal.SIGRTMIN + 5 if hasattr(signal, "SIGRTMIN") else getattr(signal, "SIGURG", 0)
"""Has a Python handler: what is due in the worker happens."""
WAKE = signal.SIGRTMIN + 6 if hasattr(signal, "SIGRTMIN") else getattr(signal, "SIGIO", 0)
"""Has no Python handler: it only breaks a system call with EINTR, so that other signals are looked at."""
TO_WORKER = {getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)}
"""The keyboard's signals, which are for the worker: all threads of the shell's own block them."""

_SCAN = 4096
_WORD = ctypes.sizeof(ctypes.c_ulong)


WITHOUT_GIL = "this Python runs without the global interpreter lock (PYTHON_GIL=1 in the environment switches it on)"
"""Why not."""
UNBROKEN = "a blocking call that waits for a lock" if sys.version_info >= (3, 15) else "a blocking call in C code"
"""What Ctrl-C can't break without the role.  (From 3.15 on other calls raise the exception that was set: gh-144748.)"""


def has_gil() -> bool:
    """Whether there is a global interpreter lock.  (From 3.13 on there are builds without.)

    The safepoint gate needs it (gate.py): that the worker and the GUI thread see each other's writes in one order, and
    that the worker stands between two bytecodes while the GUI thread looks at its frames.  Without, the draw of a
    figure and the user's code could overlap.
    """
    ask: Callable[[], bool] | None = getattr(sys, "_is_gil_enabled", None)
    return ask is None or ask()


class RoleUnavailable(RuntimeError):
    """The main-thread role can't be moved in this interpreter; the message says why."""


class _Broken(Exception):
    """Raised by the probe's signal handler: the probe loop was broken."""


class Role:
    """The main-thread role, moved from the OS main thread to others and back.

    Make it on the OS main thread, before any other thread exists.
    """

    def __init__(self) -> None:
        self._home = threading.main_thread()
        self._home_tstate = current_tstate()
        self._tried = False
        self._cells: list[ctypes.c_ulong] = []  # CPython's, while another thread than the OS main thread has the role
        self._remote_scripts = RemoteScripts(self._home_tstate)

    @property
    def taken(self) -> bool:
        """Whether another thread than the OS main thread holds the role now."""
        return bool(self._cells)

    def take(self) -> None:
        """Make the calling thread the holder of the role, and try it (the first time).

        Raises RoleUnavailable where that does not work, with everything as it was; but for the scripts of other
        processes, which this thread runs all the same.

        From one worker it goes straight to the next, and not by way of the OS main thread.  That may get the GIL in
        between, and would run what waits for the holder: signal handlers, and the gate's pending call, which waits as
        long as the old worker is stuck in C code.  In the middle of a draw it would have the GUI thread wait for the
        end of that draw.
        """
        self._remote_scripts.come_to(current_tstate())
        if os.environ.get("GSHELL_ROLE") == "off":
            raise RoleUnavailable("switched off by GSHELL_ROLE=off")
        if sys.implementation.name != "cpython" or sys.platform == "win32":
            raise RoleUnavailable(f"not known for {sys.implementation.name} on {sys.platform}")
        if not has_gil():
            raise RoleUnavailable(WITHOUT_GIL)
        if not self._cells:
            self._cells = self._find()
        self._write(threading.current_thread(), current_tstate())
        if self._tried:
            return
        try:
            _try_signal()
            _try_pending_call()
        except RoleUnavailable:
            self._put_back()
            raise
        self._tried = True

    def leave(self) -> None:
        """The calling thread ends.  If it holds the role, nobody does until somebody takes it, or it is given back.

        From Python 3.13 on every signal and every pending call sets a bit in the holder's thread state, and this one is
        about to be freed.  So it is that of the OS main thread meanwhile, which outlives all: it looks, finds that it
        is not the holder, and what waits goes on waiting.  Nor is a thread the holder that happens to get the ident of
        this one, as the next worker often does, long before it is ready to be.
        """
        here = current_tstate()
        for cell, own, meanwhile in zip(self._cells, (get_ident(), here), (0, self._home_tstate), strict=False):
            replace(cell, own, meanwhile)
        self._remote_scripts.leave(here)

    def give_back(self) -> None:
        """Return the role to the OS main thread.  From any thread; the holder must be quiet or gone."""
        self._put_back()
        self._remote_scripts.go_home()

    def _put_back(self) -> None:
        self._write(self._home, self._home_tstate)
        self._cells = []

    def _find(self) -> list[ctypes.c_ulong]:
        """The words that say who holds the role, which is the OS main thread now."""
        base = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        for offset in range(0, _SCAN, _WORD):
            cell = ctypes.c_ulong.from_address(base + offset)
            if cell.value == self._home.ident:
                break
        else:
            raise RoleUnavailable("the ident of the main thread is not in _PyRuntime")
        following = ctypes.c_ulong.from_address(base + offset + _WORD)
        has_tstate = sys.version_info >= (3, 13) and following.value == self._home_tstate
        return [cell, following] if has_tstate else [cell]

    def _write(self, holder: threading.Thread, tstate: int) -> None:
        assert holder.ident is not None
        for cell, value in zip(self._cells, (holder.ident, tstate), strict=False):
            cell.value = value
        threading._main_thread = holder  # type: ignore[attr-defined]


def install_wake() -> None:
    """Have WAKE do nothing, in C, and system calls not go on by themselves after it.  In any thread.

    Who puts back what handled it before (c_handlers.py) does so when nobody sends it any more: as a rule it would end
    the process then.
    """
    libc = ctypes.CDLL(None)
    libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    libc.signal(WAKE, ctypes.cast(libc.getpid, ctypes.c_void_p))  # a C function that does nothing
    libc.siginterrupt(WAKE, 1)


def current_tstate() -> int:
    """The address of the calling thread's PyThreadState."""
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return int(get())


def _try_signal() -> None:
    """A signal to this thread must break a loop in it."""
    me = get_ident()

    def handler(signum: int, frame: FrameType | None) -> None:
        if get_ident() == me:
            raise _Broken

    try:
        old = signal.signal(NUDGE, handler)
    except ValueError:
        raise RoleUnavailable("signal.signal does not take this thread for the main thread") from None
    try:
        signal.pthread_kill(me, NUDGE)
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            pass
    except _Broken:
        return
    finally:
        signal.signal(NUDGE, old)
    raise RoleUnavailable("signal handlers do not run in this thread")


def _try_pending_call() -> None:
    """A pending call must run in this thread: the safepoint gate is built on it."""
    ran_in: list[int] = []
    call = PendingCall(lambda: ran_in.append(get_ident()))
    call.add()
    end = time.monotonic() + 0.5
    while not ran_in and time.monotonic() < end:
        pass
    if ran_in != [get_ident()]:
        if not ran_in:
            _abandoned.append(call)
        raise RoleUnavailable("pending calls do not run in this thread")


_abandoned: list[object] = []  # calls that CPython may still make


class PendingCall:
    """A function that CPython calls between two bytecodes of the holder of the role.

    What it raises is raised in the code that it has interrupted.  Keep this object alive as long as it may be called.

    CPython calls a pending call as `int f(void *argument)`; a result that is not 0 says that an exception is set.  A
    callback made by ctypes can't say so: it prints what the function raises, and then its result is whatever was in the
    register, which becomes "SystemError: error return without exception set" in the user's code.  To raise nothing is
    not in the function's hands: an asynchronous exception that waits for this thread is raised at the function's very
    first instruction.  PyObject_IsTrue(object) has the right type and the right results: it calls `__bool__`, and
    returns -1 with the exception set if that raises.

    For the same reason the function can't be the one to note that it was called.  Right before it CPython makes another
    call, of PySet_Clear(set), which can't fail.
    """

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._asked: set[None] = set()

    @property
    def waits(self) -> bool:
        """Whether it was asked for, and CPython has not come to it.  From any thread."""
        return bool(self._asked)

    @protected
    def __bool__(self) -> bool:
        self._function()
        return False

    def add(self) -> bool:
        """Have CPython make it.  From any thread.  Returns False if CPython's queue (32 entries) is full."""
        self._asked.add(None)
        done = not _add_pending_call(_clear_set, self._asked) and not _add_pending_call(_is_true, self)
        if not done:
            self._asked.clear()
        return done


_is_true = ctypes.cast(ctypes.pythonapi.PyObject_IsTrue, ctypes.c_void_p)
_clear_set = ctypes.cast(ctypes.pythonapi.PySet_Clear, ctypes.c_void_p)
_add_pending_call = ctypes.PyDLL(None).Py_AddPendingCall  # not pythonapi's, whose argument types are everybody's
_add_pending_call.argtypes = [ctypes.c_void_p, ctypes.py_object]

"""Raise an exception in another thread, or in the code that a pending call has interrupted."""

from __future__ import annotations

import ctypes
import itertools
import operator
import threading
from collections.abc import Iterator

from gshell.native_threads import get_ident


class Abandoned(BaseException):
    """Raised in a thread that was given up (abandon.py).

    Not of SystemExit, although a thread ends by that without a word: Qt's slots make the end of the process of it.
    """


def raise_in_thread(ident: int, exception: type[BaseException]) -> None:
    """Raise `exception` in a thread, between two of its bytecodes (PyThreadState_SetAsyncExc)."""
    set_async_exc(ctypes.c_ulong(ident), ctypes.py_object(exception))


def raise_if(ident: int, exception: type[BaseException], *conditions: Iterator[bool]) -> bool:
    """The same, if the first of each of `conditions` is true; whether it was set.

    To look at something, and to raise then, is two steps, and between them the thread may go on.  So all is one call
    into C, in which no other thread runs: the conditions are iterators that execute no line of Python.
    """
    idents: Iterator[ctypes.c_ulong] = iter((ctypes.c_ulong(ident),))
    for condition in conditions:
        idents = itertools.compress(idents, condition)
    return [*map(set_async_exc, idents, (ctypes.py_object(exception),))] == [1]


def raise_in_living_thread(thread: threading.Thread, exception: type[BaseException]) -> None:
    """The same, unless the thread has ended: another may have its ident by now.  From any other thread.

    A thread is in `_active` until it has executed its last line but a few.
    """
    is_alive = map(operator.is_, map(threading._active.get, (thread.ident,)), (thread,))  # type: ignore[attr-defined]
    raise_if(thread.ident or 0, exception, is_alive)


def take_back(ident: int) -> None:
    """Drop an exception that was to be raised in another thread, and leave nothing of it behind.  From any thread.

    As long as one waits for its thread, all threads have the "eval breaker" set, and only raising one clears that.
    It costs them little, but for 3.11, which looks at it at the start of a traced function again and again until it
    is clear (ceval.c, DO_TRACING: it goes back to the instruction that it comes from).  A thread of the user's that is
    traced, or the worker with its profile function (frame_exit.py), stands still meanwhile.
    """
    here = get_ident()
    # In the calling thread it has been raised by now, and a pending call that came before `_Nothing` would not end.
    if ident != here:
        set_async_exc(ctypes.c_ulong(ident), None)
    try:
        raise_in_thread(here, _Nothing)
        while True:
            pass
    except _Nothing:
        pass


class _Nothing(BaseException):
    """Raised in the calling thread, and caught."""


def raise_below(exception: type[BaseException]) -> None:
    """In a pending call, as its last act: raise `exception` in the code that was interrupted.

    What a pending call written in Python raises, ctypes prints and drops (and returns nobody knows what, which may
    become a SystemError).  An asynchronous exception would be raised right after the call that sets it, so in here.
    But the interpreter looks for one after calls, jumps back and at the start of functions only, not after it has
    filled a list: this one is found when the pending call has returned.
    """
    calls = map(set_async_exc, (ctypes.c_ulong(get_ident()),), (ctypes.py_object(exception),))
    _ = [*calls]


def checkpoint() -> None:
    """Raise here, at the start of a function, what raise_below() has set at the end of the one called before."""


set_async_exc = ctypes.pythonapi.PyThreadState_SetAsyncExc

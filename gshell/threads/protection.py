"""Where KeyboardInterrupt may be raised: marked functions of the shell's own, and the user's protect().

A SIGINT handler runs between any two bytecodes.  If it raised wherever it happens to land, it would now and then land
in the shell itself: between taking a lock and the `try` that gives it back, or in the code that has just caught the
user's exception.  Trio met this first (its `_core/_ki.py`), and the way here is the same: the handler looks at the
frame that it interrupted.  Functions of ours that must not be broken are marked `@protected`, the few that run user
code on behalf of such a function (or that wait) are `@interruptible`, and the first marked frame, from the interrupted
one outward, decides.  In unmarked code of ours (a thin override of a matplotlib method, say) that is whatever was
decided further out, which is right: what counts is whether the user's code is being run.

Some code that is not ours is not broken off either, for a while:

The import of a library.  Python drops the module then, but not what it had already imported, and many a package can't
be imported once more after that: numpy says "cannot load module more than once per process", matplotlib's modules refer
to the package that was dropped.  There would be no way to use it in this session, with the data of an hour in it.

A call of matplotlib's.  It changes several artists together, or makes one when it is first asked for (the ticks of an
axis are an empty list for a moment).  Broken off in between, the figure can't be drawn ever after.

A call of logging's.  It takes a lock and then says `try` (until CPython 3.13).  On Python's one main thread nobody sees
such a lock that stays taken; here the exit functions, on another thread than the user's code, would wait for it.
"""

from __future__ import annotations

import importlib
import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Protocol, TypeVar

from gshell.code_origin import is_users
from gshell.native_threads import get_ident

F = TypeVar("F", bound=Callable[..., Any])

IMPORT = 1.5
"""Seconds that the import of a library has before KeyboardInterrupt breaks it off."""

CALL = 0.5
"""Seconds that a call has that is to be completed."""

_marks: dict[CodeType, float] = {}  # for how many seconds KeyboardInterrupt is kept
# Executes for every module that is not there yet, in all of CPython 3.11 to 3.13: _find_and_load(name, import_).
_IMPORT: CodeType = importlib._bootstrap._find_and_load.__code__  # type: ignore[attr-defined]
_LOGGING = os.path.join(os.path.dirname(os.__file__), "logging", "")
_complete: tuple[str, ...] = (_LOGGING,)


def protected(function: F) -> F:
    """Mark a function in which (and in what it calls) KeyboardInterrupt is not raised, but kept for later."""
    _marks[function.__code__] = math.inf
    return function


def briefly_protected(function: F) -> F:
    """The same, but for some 0.2 s only, and with the exception raised as soon as the function has returned.

    For a function that may block, and is called so often that nudges would find the worker nowhere else.
    """
    _marks[function.__code__] = 0.2
    return function


def completed(function: F) -> F:
    """The same, but for up to CALL seconds only.  For a function of somebody else's, too."""
    _marks[function.__code__] = CALL
    return function


def interruptible(function: F) -> F:
    """Mark a function that a protected one calls, and in which KeyboardInterrupt may be raised after all."""
    _marks[function.__code__] = 0.0
    return function


def complete_calls_in(directories: tuple[str, ...]) -> None:
    """Keep KeyboardInterrupt for up to CALL seconds in functions of files in these directories, and of logging.

    `directories` end in a separator.  From any thread.
    """
    global _complete
    _complete = (_LOGGING, *directories)


def protection(frame: FrameType | None) -> float:
    """For how many seconds what is being executed, from `frame` outward, keeps a KeyboardInterrupt."""
    return math.inf if shield.up else _protection(frame) or 0.0


def _protection(frame: FrameType | None) -> float | None:
    """The same without protect(); None if there is nothing that decides."""
    longest: float | None = None
    while frame is not None:
        mark = _marks.get(frame.f_code)
        if mark is not None:
            return max(mark, longest or 0.0)
        seconds = _time_to_end(frame)
        if seconds:
            longest = max(seconds, longest or 0.0)
        frame = frame.f_back
    return longest


def _time_to_end(frame: FrameType) -> float:
    """For how many seconds an unmarked function keeps a KeyboardInterrupt."""
    if frame.f_code is _IMPORT:
        # It is in sys.modules from when its code begins to run.
        module = sys.modules.get(frame.f_locals["name"])
        path = getattr(getattr(module, "__spec__", None), "origin", None) or ""
        return 0.0 if is_users(path) else IMPORT
    return CALL if frame.f_code.co_filename.startswith(_complete) else 0.0


def protecting_frame(frame: FrameType | None) -> FrameType | None:
    """The frame after whose return a KeyboardInterrupt may be raised that may not be raised in `frame`.

    None: there is none, no user code has called us.
    """
    while frame is not None:
        mark = _marks.get(frame.f_code)
        if (_time_to_end(frame) if mark is None else mark) and _protection(frame.f_back) == 0.0:
            return frame
        frame = frame.f_back
    return None


class Owner(Protocol):
    """Who delivers interrupts in the worker."""

    @property
    def handles_sigint(self) -> bool:
        """Whether Ctrl-C comes to it, and not to a handler of the user's."""

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that is due, if one is."""


class Shield:
    """The worker's protect() blocks."""

    def __init__(self) -> None:
        self.worker = 0  # its ident; 0 if there is no shell
        self.depth = 0  # how many blocks it is in
        self.broken = False  # the user insists
        self.command = 0  # counts commands: a block that its own has left open (in a generator) means nothing later
        self._owner: Owner | None = None

    def adopt(self, owner: Owner) -> None:
        """The calling thread is the worker, and `owner` is who delivers interrupts in it."""
        self.worker = get_ident()
        self._owner = owner
        self.reset()

    def release(self) -> None:
        """There is no shell any more (or this is a forked child)."""
        self.worker = 0
        self._owner = None

    @property
    def up(self) -> bool:
        """Whether the worker is in a block, and nobody insists on breaking that."""
        return self.depth > 0 and not self.broken

    @property
    def handles_sigint(self) -> bool:
        """Whether Ctrl-C comes to the shell, and not to a handler of the user's."""
        return self._owner is not None and self._owner.handles_sigint

    def break_down(self) -> None:
        """The user insists: what is due is raised in the block."""
        self.broken = True

    def reset(self) -> None:
        """There is a new command, or a new worker."""
        self.command += 1
        self.depth, self.broken = 0, False

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that had to wait for the end of the last block.  In the worker."""
        if self._owner is not None:
            self._owner.deliver()


shield = Shield()


class protect:
    """A context manager: Ctrl-C inside waits until the block ends, and is raised there.

        with gshell.protect():
            database.commit()

    For what must not be left half done.  A child process that is started inside gets its SIGINT all the same.  If the
    block does not end within two seconds of Ctrl-C, the shell says so, and one more press breaks it.  In threads other
    than the worker, where Ctrl-C raises nothing, it does nothing; in plain Python it protects the main thread.
    """

    def __init__(self) -> None:
        self._pressed = False
        self._outer: list[Any] = []  # handlers that are not the shell's: Python's own, or asyncio's
        self._command = 0

    @protected
    def __enter__(self) -> None:
        in_worker = get_ident() == shield.worker
        if in_worker and shield.handles_sigint:
            if not shield.depth:
                shield.broken = False
            shield.depth += 1
            self._command = shield.command
        elif in_worker or (not shield.worker and threading.current_thread() is threading.main_thread()):
            self._outer.append(signal.signal(signal.SIGINT, self._note))

    @protected
    def __exit__(self, *exception: object) -> None:
        if self._outer:
            outer = self._outer.pop()
            if outer is not None:  # None: it was not installed by Python code
                signal.signal(signal.SIGINT, outer)
            if self._pressed and not self._outer:
                self._pressed = False
                signal.raise_signal(signal.SIGINT)
        elif get_ident() == shield.worker and self._command == shield.command and shield.depth:
            shield.depth -= 1
            if not shield.depth:
                shield.broken = False
                shield.deliver()

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self._pressed = True

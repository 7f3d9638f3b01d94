"""The safepoint gate: the GUI thread never touches an artist while the worker runs Python.

matplotlib is not thread-safe.  A draw in the GUI thread that overlaps `line.set_data` in the worker sees a
half-changed artist, or clears an "invalid" flag that the worker has just set and shows stale data for good.
Locks around matplotlib's functions don't help: the invariant spans whole calls, and user code can't be asked to
take a lock.  And with two threads running Python, a draw gives the GIL away some 70 times and waits 5 ms for it
each time.

So the GUI thread asks the worker to stop at a safe point.  It does that with a pending call, which CPython runs
in the holder of the main-thread role between two bytecodes, without disturbing a system call:

- The worker is in code outside matplotlib: it parks in the pending call until the GUI thread is done.
- It is inside matplotlib (a frame of it on the stack): it says so and goes on, and parks when the outermost of these
  frames returns (frame_exit.py).  The GUI thread waits a little for that, then asks again later.
- It is in C code that was not called from matplotlib (sleep, BLAS, a socket): the pending call does not run, and
  there is nothing to wait for: before its next bytecode the worker will run it and park.
- It waits in the shell itself (`waiting()`: between commands, in `plt.pause`, for the GUI thread): safe; and it
  can't leave the wait before the GUI thread is done.

How the two agree without a lock: the worker writes `_stopped` and then reads `_inside`, the GUI thread writes
`_inside` and then reads `_stopped` (Dekker's way; the GIL makes the order one for both).  Whatever the
interleaving, at least one of the two sees the other.  Locks would not do here: a pending call runs between any
two bytecodes of the worker, so also between taking such a lock and giving it back, and would wait for itself.
For the same reason the two wake each other through `SimpleQueue`, whose `put` is reentrant and one C call.

The parked worker may hold a lock that the GUI thread now wants: the user's own, logging's, a module's import
lock.  So a parked worker that finds the GUI thread blocked goes on (blocked.py).  That is a guess: in a virtual machine
one processor may stand still, with the timer that is to wake the GUI thread, while the other runs the worker.  So the
GUI thread can ask afterwards whether it was `overtaken`, and draws again if it was.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from _queue import SimpleQueue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from gshell.native_threads import get_ident
from gshell.threads.blocked import LOOK, BlockedWatch
from gshell.threads.frame_exit import Leaving
from gshell.threads.protection import protected
from gshell.threads.role import PendingCall

_LEAVE = 0.015
"""Seconds that the GUI thread waits for a worker inside matplotlib to leave it."""


class Gate:
    """Parks the worker while the GUI thread uses the artists.

    Made on the GUI thread (the OS main thread).
    """

    def __init__(self, gives_up: Callable[[], bool]) -> None:
        """`gives_up()`: whether the user wants the worker to go on, although the GUI thread has not ended.  It is asked
        in the worker, while that is parked."""
        self._gives_up = gives_up
        self._on_overtaking: list[Callable[[], object]] = []
        self._guarded: tuple[str, ...] = ()
        self._gui_tid = threading.get_native_id()
        self._worker = 0
        self._can_park = False
        self._depth = 0
        self._inside = False  # the GUI thread is in, or asks to be let in
        self._granted = False  # it is in
        self._overtaken = False
        self._stopped = False  # the worker can't go on while `_inside`
        self._at_rest = False  # it waits in the shell
        self._refused = False
        self._answer: SimpleQueue[None] = SimpleQueue()
        self._resume: SimpleQueue[None] = SimpleQueue()
        self._leaving = Leaving(self._on_leaving)
        self._call = PendingCall(self._on_pending_call)

    def guard(self, directories: tuple[str, ...]) -> None:
        """Do not stop the worker in code of files whose paths begin so: matplotlib's.  From any thread."""
        self._guarded = directories

    def on_overtaking(self, function: Callable[[], object]) -> None:
        """Have `function()` called when the worker goes on although the GUI thread is in: in the worker; and in
        released()."""
        self._on_overtaking.append(function)

    # In the worker.

    def adopt(self, *, can_park: bool) -> None:
        """The calling thread is the worker; `can_park`: it holds the main-thread role."""
        self._worker = get_ident()
        self._can_park = can_park
        # The worker before may have been abandoned anywhere.
        self._stopped = self._at_rest = False
        self._leaving.forget()

    def retire(self) -> None:
        """The worker ends, or this is a forked child: there is nobody to be parked.  In the worker."""
        self._worker = 0
        self._inside = self._granted = False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The worker waits in the shell meanwhile: the GUI thread may use the artists.

        In any other thread this does nothing.
        """
        if not self.is_worker() or self._at_rest:
            yield
            return
        self._leaving.forget()
        try:
            self._at_rest = self._stopped = True
            yield
        finally:
            self._at_rest = False
            self._park()

    @protected
    def _park(self) -> None:
        """Stay here, `_stopped`, until the GUI thread is out; then be running."""
        try:
            while True:
                self._stopped = False
                if not self._inside:
                    return
                self._stopped = True
                self._answer.put(None)
                if not self._wait_for_gui():
                    return
        finally:
            self._stopped = False

    @protected
    def _wait_for_gui(self) -> bool:
        """Wait until the GUI thread is out.  False: it is blocked, perhaps by us; or it does not end, and the user
        has pressed Ctrl-C."""
        watch = BlockedWatch(self._gui_tid)
        while self._inside:
            try:
                self._resume.get(timeout=LOOK)
            except queue.Empty:
                if watch.look() or self._gives_up():
                    self._overtaken = True
                    self._tell_of_overtaking()
                    return False
        return True

    def _tell_of_overtaking(self) -> None:
        for function in self._on_overtaking:
            function()

    @protected
    def _on_pending_call(self) -> None:
        """The worker is between two bytecodes: park, or refuse."""
        if self._inside and not self._stopped:
            guarded = self._outermost_guarded(sys._getframe(2))
            # With the GUI thread already in, we were in C code or waiting for the GIL when it looked, and have
            # at most just entered a function of matplotlib: nothing is half done.
            if guarded is None or self._granted:
                self._park()
            else:
                self._refused = True
                if not self._leaving.watch(guarded):
                    self._answer.put(None)

    @protected
    def _on_leaving(self) -> None:
        """The worker is about to leave matplotlib."""
        if self._inside and not self._stopped and self.is_worker():
            self._park()

    # In any thread.

    def is_worker(self) -> bool:
        """Whether the calling thread is the worker, the only one that can be parked."""
        return get_ident() == self._worker

    # In the GUI thread.

    @property
    def at_rest(self) -> bool:
        """Whether the worker waits in the shell, so that nothing is stopped by a draw."""
        return self._at_rest

    @property
    def entered(self) -> bool:
        """Whether the GUI thread has its turn.  Meant for the GUI thread."""
        return self._depth > 0

    @property
    def parked(self) -> bool:
        """Whether the worker stands still for us, that is, would compute now if the GUI thread were not inside."""
        return self._stopped and not self._at_rest

    @property
    def overtaken(self) -> bool:
        """Whether the worker has gone on in this turn, or did so in the last one."""
        return self._overtaken

    @contextmanager
    def turn(self, patience: float = 0.004) -> Iterator[bool]:
        """Use the artists meanwhile, if the worker lets us: whether it does.  Only in the GUI thread; may be nested.

        Waits at most some `patience` seconds.  False: the worker is inside matplotlib, ask again later.
        """
        entered = self._depth > 0 or self._acquire(patience)
        self._depth += entered
        try:
            yield entered
        finally:
            self._depth -= entered
            if entered and not self._depth:
                self._release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let the worker go meanwhile: for a nested event loop, which must not run under a parked worker."""
        if threading.get_native_id() != self._gui_tid or not self._depth:
            yield
            return
        depth, self._depth = self._depth, 0
        self._tell_of_overtaking()
        self._release()
        try:
            yield
        finally:
            while not self._acquire(0.1):
                pass
            self._depth = depth

    def _acquire(self, patience: float) -> bool:
        assert threading.get_native_id() == self._gui_tid
        while not self._answer.empty():
            self._answer.get()
        self._refused = self._overtaken = False
        self._inside = True
        if self._can_park and not self._stopped and self._worker:
            self._ask(patience)
            # It has begun, and not come to an answer: an exception has landed in it first, or it has yet to.
            self._refused |= not self._call.waits
        if self._stopped or not self._refused:
            # No answer: in C code, which is as good as parked unless matplotlib called it.  `_granted` comes before
            # the look at the frames: a worker that wakes in between must not say "refused" and go on.
            self._granted = True
            if self._stopped or self._outermost_guarded(sys._current_frames().get(self._worker)) is None:
                return True
        self._release()
        return False

    def _ask(self, patience: float) -> None:
        """Have the worker run the pending call, and wait until it is stopped or has refused, or for `patience`."""
        if self._call.waits:
            return  # the last request was not run yet: the worker has been in that C code since
        if self._answers() or not self._call.add():
            self._refused = True
            return
        end = time.monotonic() + patience
        while not self._stopped:
            try:
                self._answer.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                if self._call.waits or patience == _LEAVE:
                    return
                # It is inside matplotlib, and will park when it leaves; or it is about to answer.
                end += _LEAVE - patience
                patience = _LEAVE
            else:
                if self._refused and not self._stopped:
                    return

    def _answers(self) -> bool:
        """Whether the worker is in the pending call still, and about to leave it.

        It must not be asked again before it has: CPython runs no pending call inside another.  Until it can, the
        "eval breaker" stays set, and a thread with a profile function (frame_exit.py) or a tracer (the user's) does not
        get past the start of a function with that on 3.11 (see take_back): not out of our own either.
        """
        frame = sys._current_frames().get(self._worker)
        while frame is not None:
            if frame.f_code is PendingCall.__bool__.__code__:
                return True
            frame = frame.f_back
        return False

    def _release(self) -> None:
        self._inside = self._granted = False
        if self._stopped and not self._at_rest:
            self._resume.put(None)

    def _outermost_guarded(self, frame: FrameType | None) -> FrameType | None:
        """The outermost frame of guarded code on the stack."""
        found = None
        while frame is not None:
            if frame.f_code.co_filename.startswith(self._guarded):
                found = frame
            frame = frame.f_back
        return found

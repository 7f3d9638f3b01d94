"""When the values are as they should be: for a snapshot, and for a look at them.

A snapshot is a fork (survival/child.py) of the values as they are at that instant.  From the best to the worst:

1. The running code calls `ipbreak()`, or `track()` goes on to its next item.  There the user's code has said that it
   can be stopped, so a script that is run again with `run -i` goes on from there.  The fork is in the worker.
2. The GUI thread has its turn: the worker waits for a command, or is parked between two bytecodes, outside matplotlib;
   or it is in C code that matplotlib has not called.  The GUI thread itself draws nothing then.  The fork is there.
3. Neither comes in time: the GUI thread is in a slot that does not end, say.  Then anywhere.  Whoever runs Python code
   has the GIL, so no other thread is in the middle of a bytecode.
"""

from __future__ import annotations

import sys
import time
from _queue import SimpleQueue
from collections.abc import Callable
from queue import Empty
from typing import TYPE_CHECKING

from gshell.gui.thread import GuiThread
from gshell.threads.claim import Claim
from gshell.threads.flag import flag
from gshell.threads.gate import Gate
from gshell.threads.protection import protected
from gshell.threads.visits import Visit, may_visit_waiting

if TYPE_CHECKING:
    from gshell.survival.child import Child

POLLS = 2.0
"""Seconds within which code that polls the flag is expected to do so again."""
STEP = 0.01
"""Seconds between two tries to have the worker outside matplotlib."""


class _Fork:
    """A fork that is done once, by the thread that comes first."""

    def __init__(self, begin: Callable[[], Child]) -> None:
        self._begin = Claim(begin)
        self._done: SimpleQueue[Child | Exception] = SimpleQueue()

    @property
    def is_taken(self) -> bool:
        return self._begin.look() is None

    @protected
    def now(self) -> None:
        """Do it, if nobody has done so.  What it raises is for the one who waits."""
        begin = self._begin.take()
        if begin is not None:
            try:
                self._done.put(begin())
            except Exception as error:
                self._done.put(error)

    def wait(self, seconds: float) -> Child | None:
        """What has become of it; None if nothing within so many seconds.  Raises what it has raised."""
        try:
            done = self._done.get(timeout=max(0.0, seconds))
        except Empty:
            return None
        if isinstance(done, Exception):
            raise done
        return done


class SafePoint:
    """Finds such a moment.  From any thread but the GUI thread and the worker."""

    def __init__(self, gui: GuiThread, gate: Gate) -> None:
        self._gui = gui
        self._gate = gate

    @property
    def busy(self) -> bool:
        """Whether a command runs."""
        return self._gui.busy

    def visit(self, visit: Visit, worker: int) -> None:
        """Have a visit to the code in the worker take place on the GUI thread, if that has its turn soon."""

        def turn() -> None:
            if visit.taken:
                return
            with self._gate.turn() as entered:
                frame = sys._current_frames().get(worker)
                if entered and frame is not None and may_visit_waiting(frame):
                    self._gui.run_users(lambda: visit.take_place(frame))

        self._gui.post(turn)

    def fork(self, begin: Callable[[], Child], patience: float) -> Child:
        """Call `begin()` at such a moment; at any after `patience` seconds, or somewhat more for code that polls."""
        fork = _Fork(begin)
        end = time.monotonic() + patience
        if self._gui.busy and flag.polls:
            flag.ask(lambda: fork.now() if self._gate.is_worker() else None)
            try:
                if (child := fork.wait(POLLS)) is not None:
                    return child
            finally:
                flag.ask(None)

        def turn() -> None:
            with self._gate.turn() as entered:
                if entered:
                    fork.now()

        while not fork.is_taken and time.monotonic() < end:
            self._gui.post(turn)
            if (child := fork.wait(STEP)) is not None:
                return child
        fork.now()
        while (child := fork.wait(1.0)) is None:
            pass
        return child

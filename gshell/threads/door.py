"""A door that one thread closes, and that no thread holds: who is inside when it closes is waited for, for a while.

The terminal is written to by any thread, but not while the prompt is drawn; and its keys are read by the console, but
not while the user's code reads them.  A lock would say that in one word, and must not be used.  Between any two
bytecodes of the worker a signal handler of the user's may run, and want the same lock: it waits for the code that it
has interrupted.  And between the same two bytecodes the worker may be parked (gate.py), and who wants the lock then,
the GUI thread as a rule, waits for the worker, which waits for it.

So a thread that goes in leaves its token inside and then looks at the door; the thread that closes the door does that
first and then looks at the tokens (Dekker's way, as in the gate; the GIL makes the order one for both).  Whatever the
interleaving, at least one of the two sees the other: the one stays out, or the other waits for it.  A token is an
object of its own for each visit, so a signal handler goes in and out while the thread that it has interrupted is
inside.  And to wait has a limit, for a visitor that is parked, or blocked by a terminal that was stopped with Ctrl-S.
"""

from __future__ import annotations

import queue
import time
from _queue import SimpleQueue


class Door:
    """Open from the beginning."""

    def __init__(self) -> None:
        self._open = True
        self._inside: set[object] = set()
        self._bells: set[SimpleQueue[None]] = set()  # of those who wait; put() is reentrant, and one call into C

    @property
    def is_open(self) -> bool:
        """Whether a visitor would get in."""
        return self._open

    def enter(self, token: object) -> bool:
        """Go in with a `token` that nobody else has; whether the door is open.

        leave(token) has to follow in any case, from a `finally` whose `try` this call is in.  From any thread, and from
        signal handlers.
        """
        self._inside.add(token)
        return self._open

    def leave(self, token: object) -> None:
        """Come out.  From the thread of enter()."""
        self._inside.discard(token)
        if self._bells:
            for bell in self._bells.copy():
                bell.put(None)

    def open(self) -> None:
        """Let visitors in.  From any thread."""
        self._open = True

    def close(self, patience: float) -> bool:
        """Let nobody in any more, and wait until who is inside is out, for `patience` seconds; whether they all are."""
        self._open = False
        return self.wait(patience)

    def wait(self, patience: float) -> bool:
        """Wait until who is inside now is out, for `patience` seconds; whether they all are."""
        inside = self._inside.copy()
        if not inside:
            return True
        end = time.monotonic() + patience
        bell: SimpleQueue[None] = SimpleQueue()
        try:
            self._bells.add(bell)
            while inside & self._inside:
                bell.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            return False
        finally:
            self._bells.discard(bell)
        return True

"""The worker's share of time beside calls of other threads: it stands still for each, and must not do so all the time.

It is owed the time that it stood still, and gets it back before the next call.  What is little is not waited for: many
short calls are made one after the other, as long as the worker runs in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gshell.threads.gate import Gate

LITTLE = 0.005
"""Seconds that the worker may be owed."""
MOST = 1.0
"""Seconds that it is owed at most: a call may have opened a dialog."""
RETRY = 0.002
"""Seconds until refused work asks again."""


class Share:
    """What the worker is owed.  For the GUI thread."""

    def __init__(self, gate: Gate, now: Callable[[], float] = time.monotonic) -> None:
        self._gate = gate
        self._now = now
        self._owed = 0.0
        self._since = now()

    @contextmanager
    def turn(self) -> Iterator[float]:
        """A turn at the gate, if it lets us and the worker has had its share: 0.0, or seconds until to ask again."""
        wait = 0.0 if self._gate.at_rest else self._owed - (self._now() - self._since)
        if wait > LITTLE:
            yield wait
            return
        with self._gate.turn() as entered:
            begin = self._now()
            try:
                yield 0.0 if entered else RETRY
            finally:
                if entered and self._gate.parked:
                    self._stood_still(begin)

    def _stood_still(self, begin: float) -> None:
        now = self._now()
        self._owed = min(MOST, max(0.0, self._owed - (begin - self._since)) + now - begin)
        self._since = now

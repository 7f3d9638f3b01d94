"""The right of way: what takes long lets a key that was typed go first.

All threads share the GIL.  Whoever waits for it gets it after five milliseconds, at the end of the other's call into C.
A key needs it some ten times, as each read and write gives it away; beside a thread that draws, that adds up to what
can be seen.  So the console says that it has a key, and the draw, between two pieces, waits until that is shown.
"""

from __future__ import annotations

import time

OPENING = 0.0003
"""Seconds that the GIL is free between two pieces of long work: enough for another thread to wake up and take it."""
LONGEST = 0.03
"""Seconds after which a key is taken for shown."""
GLANCE = 0.001
"""Seconds between two looks whether it is."""


class RightOfWay:
    """Who has a key to show has it.  No locks: what is missed costs a few milliseconds."""

    def __init__(self) -> None:
        self._until = 0.0

    def take(self) -> None:
        """A key has been typed.  In the console thread."""
        self._until = time.monotonic() + LONGEST

    def give_back(self) -> None:
        """It is shown.  In the console thread."""
        self._until = 0.0

    def give_way(self) -> None:
        """Let others have the GIL, and a key be shown.  In any other thread, between two pieces of long work."""
        time.sleep(OPENING)
        while time.monotonic() < self._until:
            time.sleep(GLANCE)

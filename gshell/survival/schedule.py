"""When a snapshot is due: rules only, no clock and no thread."""

from __future__ import annotations

SHARE = 0.025
"""Of all time that snapshots may take.  (ElasticNotebook's limit; Li et al., VLDB 2024.)"""
LONG = 10.0
"""Seconds of a command whose results are worth a snapshot of their own."""
MUCH = 2**27
"""Bytes by which memory grows or shrinks in such a command."""
SOON = 2.0
"""Seconds after the last snapshot after which such results are kept."""
LEAST = 1.0
"""Seconds between two, whatever the user has set."""


class Schedule:
    """Times are in seconds, of a clock that does not go back.  Used by one thread."""

    def __init__(self, started: float) -> None:
        self._last = started
        self._cost = 0.0
        self._changed = False
        self._worth = False

    def command_ended(self, seconds: float, growth: int) -> None:
        """A command took so long, and memory has grown by so many bytes."""
        self._changed = True
        self._worth |= seconds >= LONG or abs(growth) >= MUCH

    def taken(self, now: float, cost: float) -> None:
        """A snapshot of what there was `now` has been taken, or tried, and has taken `cost` seconds."""
        self._last = now + cost
        self._cost = cost
        self._changed = self._worth = False

    def due(self, busy: bool, interval: float) -> float | None:
        """When the next one is due; None: nothing has changed.

        `busy`: a command runs; `interval`: seconds between two while code runs.
        """
        if not (self._changed or busy):
            return None
        pause = SOON if self._worth and not busy else interval
        return self._last + max(pause, LEAST, self._cost / SHARE)

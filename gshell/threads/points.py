"""Where the user's code wants to be looked at by who looks at the running command: `safepoint()`, `consistent()`.

Both also work in plain Python, where nobody looks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType

from gshell.native_threads import get_ident
from gshell.threads.protection import protected

EXPECTED = 1.0
"""Seconds for which a look waits for the next safepoint(), in code that has come to one so short a time ago."""


class Points:
    """What the code in the worker has said."""

    def __init__(self) -> None:
        self._worker = 0
        self._come: Callable[[FrameType], object] | None = None
        self._depth = 0  # of consistent() blocks
        self._expected = 0.0  # until when a safepoint() is expected (time.monotonic)

    def adopt(self, come: Callable[[FrameType], object]) -> None:
        """The calling thread is the worker.  `come(frame)` is called in it where somebody may look."""
        self._worker, self._come = get_ident(), come
        self.reset()

    def release(self) -> None:
        """There is no shell any more, or this is a forked child."""
        self._worker, self._come = 0, None

    def reset(self) -> None:
        """There is a new command: what the one before has left open (in a generator) means nothing."""
        self._depth, self._expected = 0, 0.0

    def is_here(self) -> bool:
        """Whether the calling thread is the worker."""
        return get_ident() == self._worker

    @property
    def inconsistent(self) -> bool:
        """Whether the code is in a consistent() block.  From any thread."""
        return self._depth > 0

    @property
    def elsewhere(self) -> bool:
        """Whether the code says where to look, and that is not here.  From any thread."""
        return self.inconsistent or time.monotonic() < self._expected

    @protected
    def pass_by(self, frame: FrameType) -> None:
        """The code is at a consistent point."""
        if self._come is not None and self.is_here() and not self._depth:
            self._expected = time.monotonic() + EXPECTED
            self._come(frame)

    @protected
    def enter(self) -> None:
        """It enters a block that is not to be looked at."""
        self._depth += 1

    @protected
    def leave(self, frame: FrameType) -> None:
        """The code in `frame` leaves the block."""
        self._depth = max(0, self._depth - 1)
        if self._come is not None and not self._depth:
            self._come(frame)


points = Points()


def safepoint() -> None:
    """Say that all is consistent here: who looks at the running command, from the prompt beside it, does so now.

    For the end of a loop's body, say.  In code that calls it at least once a second, looks come nowhere else.  In
    threads other than the worker it does nothing.
    """
    points.pass_by(sys._getframe(1))


class consistent:
    """A context manager: nobody looks at the running command, from the prompt beside it, before the end of the block.

        with gshell.consistent():
            positions += velocities * step
            time += step

    In threads other than the worker it does nothing.
    """

    __slots__ = ("_here",)

    def __enter__(self) -> None:
        self._here = points.is_here()
        if self._here:
            points.enter()

    def __exit__(self, *exception: object) -> None:
        if self._here:
            points.leave(sys._getframe(1))

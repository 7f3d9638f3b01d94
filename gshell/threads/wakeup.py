"""A pipe that wakes an event loop in another thread."""

from __future__ import annotations

import os
from contextlib import suppress

RING = 0
"""What ring() writes: no signal has this number, so it can be told from what CPython writes."""

SLICE = 0.1
"""Seconds for which a thread waits at a time where no signal breaks its wait (without the main-thread role)."""


def wakeup_pipe() -> tuple[int, int]:
    """A pipe that wakes an event loop: descriptors to read and to write, neither of which waits."""
    read, write = os.pipe()
    for descriptor in (read, write):
        os.set_blocking(descriptor, False)
    return read, write


def ring(write: int) -> None:
    """Have the loop at the other end look whether something has changed.  From any thread and signal handler."""
    with suppress(OSError):  # it is full: the loop will look all the same; or the user's code has closed it
        os.write(write, bytes((RING,)))

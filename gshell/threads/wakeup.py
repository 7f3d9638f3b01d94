"""A pipe that wakes an event loop in another thread."""

from __future__ import annotations

import os


def wakeup_pipe() -> tuple[int, int]:
    """A pipe that wakes an event loop: descriptors to read and to write, neither of which waits."""
    read, write = os.pipe()
    for descriptor in (read, write):
        os.set_blocking(descriptor, False)
    return read, write

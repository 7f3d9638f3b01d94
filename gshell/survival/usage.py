"""What the process uses: memory, and time for pages that were copied for it."""

from __future__ import annotations

import os
import resource
from pathlib import Path

FAULT = 2e-5
"""Seconds at most for a page that the process had to copy."""


class Copying:
    """What the process itself has spent in the kernel since this was made, on a fork and pages that it had to copy."""

    def __init__(self) -> None:
        self._before = resource.getrusage(resource.RUSAGE_SELF)

    @property
    def seconds(self) -> float:
        """At most.  The kernel's time has other reasons, too, and a page takes 3 to 10 microseconds, as it comes."""
        now = resource.getrusage(resource.RUSAGE_SELF)
        return min(now.ru_stime - self._before.ru_stime, FAULT * (now.ru_minflt - self._before.ru_minflt))


def resident() -> int:
    """Bytes of memory that the process has in use; 0 where that is not known."""
    try:
        # Not open(), which the user's code may have replaced.
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0

"""What the process uses: memory, and pages that were copied for it."""

from __future__ import annotations

import os
import resource
from pathlib import Path


def faults() -> int:
    """Pages that the process had to copy, or to get, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def resident() -> int:
    """Bytes of memory that the process has in use; 0 where that is not known."""
    try:
        # Not open(), which the user's code may have replaced.
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0

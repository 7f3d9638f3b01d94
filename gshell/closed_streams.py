"""Standard streams that were closed at the start (`gshell <&-`) are on /dev/null, from the import of this module on.

The command line imports it before what loads libraries.  Some keep a file open for good: libffi its own, under ctypes.
That would be descriptor 0, 1 or 2, and the shell would read it as commands.
"""

from __future__ import annotations

import os
import sys


def _fill_gaps() -> list[str]:
    """Have standard streams that were closed (`gshell 2>&-`) be on /dev/null; return their names.  Once, at start.

    Else the next file that is opened, the history say, would be descriptor 2, and messages would be written into it.
    """
    names = ("stdin", "stdout", "stderr")
    closed = [name for name in names if getattr(sys, name) is None]
    for fd, name in enumerate(names):
        try:
            os.fstat(fd)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest that is free: this one
        if name in closed:
            # Not closed with the descriptor, as Python's own are not.
            setattr(sys, name, open(fd, "w" if fd else "r", encoding="utf-8", closefd=False))
    return closed


CLOSED = _fill_gaps()
"""The names of those that were closed."""

"""Streams that may be the user's own: what can be asked of one, whatever it is."""

from __future__ import annotations

import os
import sys
from typing import Any


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; the user's own, or a closed one, need not be able to tell.  From any thread."""
    try:
        return bool(stream.isatty())
    except Exception:
        return False


def to_terminal() -> bool:
    """Whether what is printed is shown on a terminal.  In the worker: sys.stdout may be the user's own."""
    return is_terminal(sys.stdout)


def flush(stream: Any) -> None:
    """Flush a stream, which may be the user's own and have no more than write().  From any thread."""
    if stream is not None and not getattr(stream, "closed", False) and hasattr(stream, "flush"):
        stream.flush()


def fill_gaps() -> list[str]:
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

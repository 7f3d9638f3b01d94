"""Streams that may be the user's own: what can be asked of one, whatever it is."""

from __future__ import annotations

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

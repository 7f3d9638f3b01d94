"""Signal handlers that were installed by C code, which Python does not know of and can't put back.

The readline module has one for SIGWINCH, and signal.getsignal() calls it SIG_DFL.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable


class CHandlers:
    """What the C library has for some signals, to be put back with what Python has for them.  In the main thread."""

    def __init__(self, signums: Iterable[int]) -> None:
        """Remember it, as it is now."""
        # `struct sigaction` is another one on each system, and smaller than this on all: nobody looks into it here.
        self._actions = {signum: ctypes.create_string_buffer(512) for signum in signums}
        self._sigaction = ctypes.CDLL(None).sigaction
        for signum, action in self._actions.items():
            self._sigaction(signum, None, action)

    def put_back(self) -> None:
        """Have it so again.  After Python's own handlers have been put back."""
        for signum, action in self._actions.items():
            self._sigaction(signum, action, None)

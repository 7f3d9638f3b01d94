"""The wakeup fd stays ours while user code has one too.

CPython's C handler writes the number of each signal to *one* descriptor, signal.set_wakeup_fd().  The console lives on
it: whatever the worker does, even blocked in C, the console learns of Ctrl-C, SIGTERM and SIGHUP.  But
`loop.add_signal_handler()` (asyncio, uvloop), trio and others set a descriptor of their own, to be woken by signals
while they wait in select().  With theirs in place of ours the console would be deaf until the command ends: no
abandoning, no SIGTERM, no end when the terminal is closed.

There is no second one in CPython.  A Python-level handler can't stand in for it: it runs between bytecodes of the
worker only, and theirs is installed for the very signal.  Putting ours back from time to time would leave them deaf.
So set_wakeup_fd() is ours: the descriptor in C stays, theirs is noted, and what the console reads it writes on to it.
That costs them the time in which the console wakes up (they wait in select(), so the GIL is free).  What they get as
"the descriptor before" is that of the user's, not ours: asyncio ignores it, trio warns about one that is not -1.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress

_set_wakeup_fd = signal.set_wakeup_fd


class WakeupFd:
    """signal.set_wakeup_fd(), with our descriptor in C and the user's beside it."""

    def __init__(self, ours: int) -> None:
        self._ours = ours
        self._users = -1
        self._installed = False

    def install(self) -> None:
        """Have signals written to our descriptor from now on.  In the holder of the main-thread role."""
        self._installed = True
        self.restore()
        signal.set_wakeup_fd = self._set

    def restore(self) -> None:
        """Have it so again, and forget the user's: as a rule it is closed when the command has ended.

        (Its number may be that of another file soon.)  In the holder of the main-thread role.
        """
        try:
            _set_wakeup_fd(self._ours, warn_on_full_buffer=False)
        except (OSError, ValueError):  # the user's code has closed it (os.closerange), or it is another file by now
            _set_wakeup_fd(-1)
        self._users = -1

    def uninstall(self) -> None:
        """Leave the wakeup fd to Python.  In the holder of the main-thread role."""
        self._installed = False
        signal.set_wakeup_fd = _set_wakeup_fd
        _set_wakeup_fd(-1)
        self._users = -1

    def _set(self, fd: int, /, *, warn_on_full_buffer: bool = True) -> int:
        """What the user's code finds as signal.set_wakeup_fd()."""
        if not self._installed:  # a library has kept it, and this is a forked child, or a program after embed()
            return _set_wakeup_fd(fd, warn_on_full_buffer=warn_on_full_buffer)
        _set_wakeup_fd(self._ours, warn_on_full_buffer=False)  # ValueError in another thread, as ever
        if fd != -1:
            os.fstat(fd)  # OSError if there is no such descriptor
            if os.get_blocking(fd):
                raise ValueError(f"the fd {fd} must be in non-blocking mode")
        before, self._users = self._users, fd
        return before

    def forward(self, signums: Iterable[int]) -> None:
        """Write on what has come on ours.  In the console thread."""
        users = self._users
        numbers = bytes(signums)
        if users != -1 and numbers:
            with suppress(OSError):  # it is full, so its reader will wake up; or was closed, which is the user's affair
                os.write(users, numbers)

"""The directories that the user has been in: what `cd -`, `%dhist`, `%popd` and `_dh` know."""

from __future__ import annotations

import os
from contextlib import suppress


class Visited:
    """Remembers directories.  In the worker."""

    def __init__(self) -> None:
        self.directories: list[str] = []
        """Those that the user has been in by `cd`, the first one where the session began."""
        self.stack: list[str] = []
        """Those that `popd` goes back to, the first one first."""
        with suppress(OSError):  # it was deleted
            self.directories.append(os.getcwd())

    def add(self, before: str, now: str) -> None:
        """The user has gone from one directory (perhaps unknown: "") to another one."""
        if before and before not in self.directories[-1:]:  # os.chdir() led there
            self.directories.append(before)
        self.directories.append(now)

"""gshell: a Python shell for people who plot.

What a script uses: `KBINT`, the flag that Ctrl-C sets (read it, and clear it if you act on it), and `ipbreak()`,
which raises SystemExit if it is set.  Both also work in plain Python, where nobody sets the flag.
"""

from __future__ import annotations

import sys
from types import ModuleType

from gshell.threads.interrupt import flag, ipbreak

__version__ = "0.1.0"
__all__ = ["KBINT", "ipbreak"]

KBINT: bool


class FlagModule(ModuleType):
    """A module with the flag as an attribute: a property, so that the shell notices who looks at it."""

    @property
    def KBINT(self) -> bool:
        """Whether Ctrl-C was pressed since the command began, or since somebody cleared the flag."""
        flag.polled = True
        return flag.set

    @KBINT.setter
    def KBINT(self, value: bool) -> None:
        flag.set = bool(value)


sys.modules[__name__].__class__ = FlagModule

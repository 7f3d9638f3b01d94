"""gshell: a Python shell for people who plot.

What a script uses: `KBINT`, the flag that Ctrl-C sets (read it, and clear it if you act on it); `ipbreak()`, which
raises SystemExit if it is set; `track()`, a loop that does so, with a progress bar; `protect()`, a block that Ctrl-C
does not break; `on_gui()`, which runs a function on the GUI thread; and `embed()`, which shows the prompt in the middle
of a program.  All of them also work in plain Python, where nobody sets the flag.  In a startup file: `magic`, the
decorator that makes a magic command of a function.
"""

from __future__ import annotations

import sys
from types import ModuleType

from gshell.embedding import embed
from gshell.gui.on_gui import on_gui
from gshell.magics.registry import magic
from gshell.progress import track
from gshell.threads.flag import flag, ipbreak
from gshell.threads.protection import protect

__version__ = "0.1.0"
__all__ = ["KBINT", "embed", "ipbreak", "magic", "on_gui", "protect", "track"]

KBINT: bool


class FlagModule(ModuleType):
    """A module with the flag as an attribute: a property, so that the shell notices who looks at it."""

    @property
    def KBINT(self) -> bool:
        """Whether Ctrl-C was pressed since the command began, or since somebody cleared the flag."""
        flag.polled = True
        return flag.set_for is not None and flag.set_for is flag.command  # flag.set, but that is a call

    @KBINT.setter
    def KBINT(self, value: bool) -> None:
        flag.set = bool(value)


sys.modules[__name__].__class__ = FlagModule

"""gshell: a Python shell for people who plot.

What a script uses: `KBINT`, the flag that Ctrl-C sets (read it, and clear it if you act on it); `ipbreak()`, which
raises SystemExit if it is set; `track()`, a loop that does so, with a progress bar; `protect()`, a block that Ctrl-C
does not break; `safepoint()` and `consistent()`, which say where the prompt beside a running command may look at it;
`on_gui()`, which runs a function on the GUI thread; and `embed()`, which shows the prompt in the middle of a program.
All of them also work in plain Python, where nobody sets the flag.  In a startup file: `magic`, the decorator that makes
a magic command of a function.
"""

from __future__ import annotations

import os
import sys

if sys.argv[:1] == ["-m"] and "m gshell" in " ".join(sys.orig_argv):
    # `python -m gshell`: Python has put the current directory before everything else, where files may be that shadow
    # what is imported from here on (own_imports.py has the rest of this).
    sys.path[: 0 if sys.flags.safe_path else 1] = [os.path.dirname(os.__file__)]

from types import ModuleType

from gshell.embedding import embed
from gshell.gui.on_gui import on_gui
from gshell.magics.registry import magic
from gshell.progress import track
from gshell.threads.flag import flag, ipbreak
from gshell.threads.points import consistent, safepoint
from gshell.threads.protection import protect

__version__ = "0.1.0"
__all__ = ["KBINT", "consistent", "embed", "ipbreak", "magic", "on_gui", "protect", "safepoint", "track"]

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

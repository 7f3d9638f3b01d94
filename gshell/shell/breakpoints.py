"""When the debugger starts: breakpoint(), the module pdb, and by itself after an exception (`%pdb`)."""

from __future__ import annotations

import os
import sys
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from gshell.imports import when_imported
from gshell.shell.errors import UsageError
from gshell.streams import is_terminal

if TYPE_CHECKING:
    from gshell.shell.debugger import Debugged, Debugger


class Breakpoints:
    """The debugger of a shell.  It is loaded when somebody wants it: no start needs it."""

    def __init__(self, commands: Debugged) -> None:
        self._commands = commands
        self._debugger: type[Debugger] | None = None

    def install(self) -> None:
        """Have breakpoint() and the module pdb use the shell's debugger.  Once, at start."""
        when_imported("pdb", self.replace_debugger)
        if "PYTHONBREAKPOINT" not in os.environ:
            sys.breakpointhook = break_here

    def replace_debugger(self, pdb: ModuleType) -> None:
        """Have the debuggers of the module `pdb` be the shell's: its own, and that of `pdb -p`."""
        pdb.Pdb = self.debugger()  # type: ignore[attr-defined]
        if server := getattr(pdb, "_PdbServer", None):  # from 3.14 on
            from gshell.shell.attached_debugger import attached_debugger_for

            pdb._PdbServer = attached_debugger_for(server, self._commands)  # type: ignore[attr-defined]

    def debugger(self) -> type[Debugger]:
        """The class of the debugger, which takes what pdb.Pdb does."""
        if self._debugger is None:
            # First: where the module's debugger is replaced (install()), this leads here once more, and it is done.
            import pdb  # noqa: F401

            from gshell.shell.debugger import debugger_for

            self._debugger = debugger_for(self._commands)
        return self._debugger

    def stop_in(self, frame: FrameType) -> None:
        """Have the debugger stop at the next line of code that stands still.  In the thread of that code."""
        debugger = self.debugger()()
        debugger.set_trace(frame)
        debugger.set_next(frame)  # and not in what that calls next, which may be a library

    def after(self, error: BaseException) -> None:
        """Start the debugger after an exception, if the user wants that, and there is something to be looked at."""
        if self._commands.settings.pdb and isinstance(error, Exception) and is_terminal(sys.stdin):
            try:
                self.debugger().look_at(error)
            except (UsageError, KeyboardInterrupt):
                pass  # a SyntaxError; or whoever presses Ctrl-C wants to leave


def break_here(*args: Any, **options: Any) -> Any:
    """sys.breakpointhook: the debugger of the module pdb, or what PYTHONBREAKPOINT has been set to meanwhile."""
    if os.environ.get("PYTHONBREAKPOINT"):
        return sys.__breakpointhook__(*args, **options)
    import pdb

    return pdb.Pdb().set_trace(sys._getframe().f_back)


def was_quit(error: BaseException) -> bool:
    """Whether an exception only says that the user has left the debugger."""
    bdb = sys.modules.get("bdb")
    return bdb is not None and isinstance(error, bdb.BdbQuit)

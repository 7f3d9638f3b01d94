"""The debugger of `python -m pdb -p PID`, from 3.14 on: it talks to another process, and knows the user's frames.

pdb has a script run in this process, in the worker (threads/remote_scripts.py), between any two bytecodes: in the
user's code, or in the middle of the shell's, as while the worker is parked for a draw or waits for a command.  It is
the next line of the user's that it is to stop at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Any

from gshell.shell.debugger import Debugged, Debugger


class AttachedDebugger(Debugger):
    """The shell's debugger, with another process for its terminal."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.nosigint = False  # Ctrl-C of that terminal's stops the code that goes on, as pdb says there

    def interaction(self, *args: Any) -> None:
        """Read commands and carry them out: at once, as it is another terminal than the one that has turns."""
        super(Debugger, self).interaction(*args)

    def cmdloop(self, intro: Any = None) -> None:
        """Read commands, from the other process."""
        try:
            super(Debugger, self).cmdloop(intro)
        except KeyboardInterrupt:
            self.shell_commands.interrupt_answered()
            raise

    def _print_lines(
        self, lines: Iterable[str], start: int, breaks: Sequence[int] = (), frame: FrameType | None = None
    ) -> None:
        super(Debugger, self)._print_lines([*lines], start, breaks, frame)  # in the colours of that terminal


def attached_debugger_for(server: type, commands: Debugged) -> type:
    """The debugger of those commands; `server` is pdb's own class, which talks to the other process, or a shell's."""
    own = next(kind for kind in server.__mro__ if kind.__module__ == "pdb")
    return type("AttachedDebugger", (AttachedDebugger, own), {"shell_commands": commands})

"""Commands of the operating system: `!command`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic
from gshell.shell.child_process import run_and_wait
from gshell.shell.errors import ChildInterrupted

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("!", "command", command=True)
def system(shell: Shell, given: Given) -> None:
    """Run a command in the system's shell, on this terminal.  Its exit status is in _exit_code.

    Ctrl-C goes to the command; if it ends that, it ends the loop or script that the command is in, too.  If the command
    ignores it, a second one within two seconds kills it; a third does, if it has its own idea of Ctrl-C (an editor,
    another Python).
    """
    status, interrupted = run_and_wait(given.rest, os.environ.get("SHELL") or None)
    shell.child_ended(status)
    if interrupted:
        raise ChildInterrupted

"""Commands of the operating system: `!command`."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

from gshell.shell.magics import magic

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

TWICE = 2.0
"""Seconds within which a second Ctrl-C ends a command that took no notice of the first."""


@magic("!")
def system(shell: Shell, line: str) -> None:
    """!command: run a command in the system's shell, on this terminal.  Its exit status is in _exit_code.

    Ctrl-C goes to the command, which may have its own idea of it (an editor, another Python).  A second one within
    two seconds ends it.
    """
    shell.before_child()
    shell.namespace["_exit_code"], _ = run_and_wait(line, os.environ.get("SHELL"))


def run_and_wait(command: Any, shell: str | None = None) -> tuple[int, bool]:
    """Run a command in a shell and wait for its end; return its exit status, negative for a signal, and whether
    Ctrl-C was pressed meanwhile.

    In the worker.  Ctrl-C is the command's; a second one within two seconds kills it.
    """
    with subprocess.Popen(command, shell=True, executable=shell) as child:
        pressed = -TWICE
        while True:
            try:
                # Not child.wait(): after a KeyboardInterrupt that waits another 0.25 s, and swallows a second one.
                os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            except KeyboardInterrupt:
                now = time.monotonic()
                if now - pressed < TWICE:
                    child.kill()
                pressed = now
            else:
                break
    return child.returncode, pressed > 0

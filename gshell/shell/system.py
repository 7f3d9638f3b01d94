"""Commands of the operating system: `!command`."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

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
    with subprocess.Popen(line, shell=True, executable=os.environ.get("SHELL") or None) as child:
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
    shell.namespace["_exit_code"] = child.returncode

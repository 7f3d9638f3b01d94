"""The screen: `clear`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic
from gshell.streams import to_terminal

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("clear")
def clear(shell: Shell, given: Given) -> None:
    """Clear the screen, as Ctrl-L does at the prompt."""
    if to_terminal():
        sys.stdout.flush()
        # Not by sys.stdout: the console would take this for an unfinished line, and end it before the prompt.
        os.write(sys.stdout.fileno(), b"\x1b[H\x1b[2J")


@magic("cls")
def cls(shell: Shell, given: Given) -> None:
    """Clear the screen."""
    clear(shell, given)

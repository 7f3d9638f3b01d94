"""`exit()`, `quit()` and SystemExit: what they say, and the exit status that they mean."""

from __future__ import annotations

import sys
from typing import NoReturn

from gshell.streams import show
from gshell.threads.flag import Stopped


class Leave(SystemExit):
    """Raised by `exit()` and `quit()` of the session: leave the shell (in a script: end the script)."""


class Exit:
    """The session's `exit` and `quit`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, status: object = None) -> NoReturn:
        raise Leave(status)

    def __repr__(self) -> str:
        return f"{self._name}, or Ctrl-D, leaves gshell"


def last_words(end: SystemExit, *, tell_status: bool = False) -> None:
    """Say what a script that raised SystemExit has to say; `tell_status`: also its exit status.  From any thread.

    That is said to who sits at a prompt.  Whoever has started a program gets it from the system.
    """
    if isinstance(end, Stopped):
        show(f"stopped by ipbreak at {end.place}", file=sys.stderr)
    elif end.code is not None and not isinstance(end.code, int):
        show(end.code, file=sys.stderr, colours=True)
    elif tell_status and status_of(end):
        print(f"exit status {status_of(end)}", file=sys.stderr)


def status_of(end: SystemExit) -> int:
    """The exit status of a program that ended so."""
    if end.code is None:
        return 0
    return end.code & 0xFF if isinstance(end.code, int) else 1

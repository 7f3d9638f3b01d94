"""The flag KBINT, which Ctrl-C sets, and ipbreak(), which asks for it."""

from __future__ import annotations

from gshell.threads.protection import shield


class Stopped(SystemExit):
    """The SystemExit of ipbreak().  A program that it ends has the exit status of one that Ctrl-C has ended."""


class _Flag:
    """The flag KBINT, and whether somebody looked at it since the console last asked."""

    __slots__ = ("polled", "set")

    def __init__(self) -> None:
        self.set = False
        self.polled = False


flag = _Flag()


def ipbreak() -> None:
    """Stop here if Ctrl-C was pressed: clear KBINT and raise SystemExit, which ends the script, not the shell.

    For the inner loop of a script that wants to be stopped at a consistent point.  From any thread.  Inside
    `protect()` it does nothing: the next one after the block stops.
    """
    flag.polled = True
    if flag.set and not shield.up:
        flag.set = False
        raise Stopped(130)

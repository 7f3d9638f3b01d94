"""Errors whose message is all that the user needs to see."""

from __future__ import annotations

import os


class UsageError(Exception):
    """Something was asked for wrongly; the message is all that the user needs to see."""


def here() -> str:
    """The current directory.  Raises UsageError if it was deleted."""
    try:
        return os.getcwd()
    except OSError as error:
        raise UsageError(f"the current directory is gone ({error.strerror}); cd leads elsewhere") from None


class ChildInterrupted(KeyboardInterrupt):
    """Ctrl-C has ended a command of the system's, and with it the loop that this is in.

    For the user it is a KeyboardInterrupt, and is shown as one.
    """

    __module__, __qualname__ = "builtins", "KeyboardInterrupt"


class OnlyChildInterrupted(ChildInterrupted):
    """There was no more than that command in the cell: nobody is to be told what has been stopped."""

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

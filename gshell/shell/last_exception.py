"""The last exception that was shown, which `%debug` and `%tb` are about."""

from __future__ import annotations

import sys

from gshell.shell.tracebacks import user_traceback


def remember(error: BaseException) -> None:
    """It is this one, wherever it was raised: in a command, in a callback, in a thread.  From any thread."""
    sys.last_type, sys.last_value = type(error), error
    sys.last_traceback = user_traceback(error.__traceback__)
    if sys.version_info >= (3, 12):
        sys.last_exc = error

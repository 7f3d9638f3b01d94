"""An exception on the GUI thread that nobody else catches."""

from __future__ import annotations

import sys
import traceback


def report_exception() -> None:
    """Show the exception that is being handled, which nobody else catches, as sys.excepthook does."""
    kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    try:
        sys.excepthook(kind, error, trace)
    except BaseException:  # the hook is the user's, and may be broken
        traceback.print_exception(error)

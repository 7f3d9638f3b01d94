"""Ask the user's objects something, whatever they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gshell.threads.async_exc import Abandoned

T = TypeVar("T")


def attempt(question: Callable[[], T], otherwise: T) -> T:
    """What `question()` returns, or `otherwise` if it raises.  In the worker, where Ctrl-C breaks it.

    A `__repr__`, a property or a `__getattr__` of the user's may raise anything, SystemExit too.
    """
    try:
        return question()
    except (KeyboardInterrupt, Abandoned):
        raise
    except BaseException:
        return otherwise

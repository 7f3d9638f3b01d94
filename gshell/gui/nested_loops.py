"""Functions that run an event loop inside the one that runs: modal dialogs, `update()`, loops that user code makes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any


def inside(
    function: Callable[..., Any],
    released: Callable[[], AbstractContextManager[object]],
    is_here: Callable[[], bool],
    on_gui: Callable[[Callable[[], Any]], Any] | None = None,
) -> Callable[..., Any]:
    """Return `function`, run inside `released()`, which lets the worker go meanwhile, on the GUI thread.

    In another thread, where `is_here()` is false, it runs by `on_gui(...)`, or just so if that is None: the event loop
    is then the thread's own.
    """

    @functools.wraps(function, assigned=("__name__", "__doc__"))  # functions written in C have no more
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not is_here():
            return function(*args, **kwargs) if on_gui is None else on_gui(lambda: wrapper(*args, **kwargs))
        with released():
            return function(*args, **kwargs)

    return wrapper

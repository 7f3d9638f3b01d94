"""QThread.wait() in the worker: Ctrl-C breaks it, as it does threading.Thread.join()."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gshell.threads.protection import interruptible

_SLICE = 50
"""Milliseconds after which it looks."""


def make_wait_interruptible(thread_class: Any, is_worker: Callable[[], bool]) -> None:
    """Have `thread.wait()` and `thread.wait(milliseconds)` come back to Python meanwhile, in the worker."""
    stock: Callable[..., bool] = thread_class.wait

    @interruptible
    def in_slices(thread: Any, milliseconds: int | None) -> bool:
        end = None if milliseconds is None else time.monotonic() + milliseconds / 1000
        while True:
            left = _SLICE if end is None else min(_SLICE, round((end - time.monotonic()) * 1000))
            if stock(thread, max(0, left)):
                return True
            if end is not None and time.monotonic() >= end:
                return False

    def wait(self: Any, *args: Any, **kwargs: Any) -> bool:
        first = args[0] if args else None
        if kwargs or len(args) > 1 or not (first is None or type(first) is int) or not is_worker():
            return stock(self, *args, **kwargs)
        return in_slices(self, first)

    thread_class.wait = wait

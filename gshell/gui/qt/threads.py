"""Qt's threads, at a prompt: QThread.wait() can be interrupted, and one that runs may be forgotten, as of Python's."""

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


def keep_while_running(thread_class: Any) -> None:
    """Have a thread that was started exist until it has ended: Qt ends the process with the object of one that runs.

    So do the objects that it is a child of, which would destroy it.
    """
    stock: Callable[..., None] = thread_class.start
    finished, priority = vars(thread_class)["finished"], thread_class.Priority
    kept: dict[int, list[Any]] = {}

    def forget(key: int) -> None:
        """If it has not been started again."""
        if key in kept and kept[key][0].isFinished():
            del kept[key]

    def start(self: Any, *args: Any) -> None:
        for each in list(kept):  # those that were started in a thread without an event loop, which is not told
            forget(each)
        key = id(self)
        if key not in kept:
            finished.__get__(self, type(self)).connect(lambda: forget(key))
        kept[key] = _with_parents(self)
        stock(self, *(each for each in args if isinstance(each, priority)))  # a signal may have others

    thread_class.start = start


def _with_parents(thing: Any) -> list[Any]:
    found = [thing]
    while (thing := thing.parent()) is not None:
        found.append(thing)
    return found

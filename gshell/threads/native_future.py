"""A future whose lock is Python's, whatever the user's code has given threading."""

from __future__ import annotations

from _thread import RLock
from concurrent.futures import Future
from threading import Condition
from typing import TypeVar

T = TypeVar("T")


class NativeFuture(Future[T]):
    """Where the worker waits for what the console has, nobody would wake it from one of gevent's: those are for
    greenlets."""

    def __init__(self) -> None:
        super().__init__()
        self._condition = Condition(RLock())

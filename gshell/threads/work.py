"""A command in the worker's queue, and the future for its outcome."""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread, current_thread
from typing import Any

from gshell.threads.claim import Claim
from gshell.threads.interrupts import Command

Job = Callable[[], Any]


class Work:
    """What the worker is to do, who is to be told, and which thread tells it."""

    def __init__(self, job: Job, command: Command | None) -> None:
        self.job = job
        self.command = command
        """What a press during it is for; None if it is none of the user's."""
        self.future = _Outcome()
        self._decided_by = Claim[Thread]()

    def decide(self) -> bool:
        """Whether the calling thread is the one to resolve the future: the first that asks, as often as it asks."""
        return self._decided_by.offer(current_thread())


class _Outcome(Future[Any]):
    """A future whose lock is Python's, whatever the user's code has given threading.

    gevent's locks are for greenlets: where the worker waits for one that the console has, nobody wakes it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._condition = Condition(RLock())

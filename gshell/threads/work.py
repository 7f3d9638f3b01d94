"""A command in the worker's queue, and the future for its outcome."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread, current_thread
from typing import Any

from gshell.threads.claim import Claim
from gshell.threads.interrupts import Command
from gshell.threads.native_future import NativeFuture

Job = Callable[[], Any]


class Work:
    """What the worker is to do, who is to be told, and which thread tells it."""

    def __init__(self, job: Job, command: Command | None) -> None:
        self.job = job
        self.command = command
        """What a press during it is for; None if it is none of the user's."""
        self.future = NativeFuture[Any]()
        self._decided_by = Claim[Thread]()

    def decide(self) -> bool:
        """Whether the calling thread is the one to resolve the future: the first that asks, as often as it asks."""
        return self._decided_by.offer(current_thread())

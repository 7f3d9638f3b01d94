"""A thread for what would keep the keys waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds that a thread has to end at most."""


class Background:
    """A thread that does one thing at a time; of those that wait, only the newest.

    It is a daemon, and not of an executor: the end of the session waits for none of it.
    """

    def __init__(self) -> None:
        self._next: tuple[Callable[[], Any], asyncio.Future[Any]] | None = None
        self._there_is = threading.Condition()
        self._thread: threading.Thread | None = None

    async def run(self, function: Callable[[], T]) -> T | None:
        """What `function()` returns, in the thread; None if something newer was asked for before it had begun, or if
        it failed.

        For what may fail for any reason, and where there is nothing to say then.  From the thread of an event loop.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        with self._there_is:
            if self._next is not None:
                _settle(self._next[1], None)
            self._next = function, future
            self._there_is.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="completion")
                try:
                    self._thread.start()
                except RuntimeError:  # the machine has no memory for it
                    self._next = self._thread = None
                    return None
        result: T | None = await future
        return result

    def close(self) -> None:
        """Let the thread end when it has done what it does now; run() begins another.  From any thread.

        Waits a while for that: who imports the same afterwards, or counts threads, should find nothing of it.
        """
        with self._there_is:
            if self._next is not None:
                _settle(self._next[1], None)
            thread = self._thread
            self._next = self._thread = None
            self._there_is.notify_all()
        if thread is not None:
            thread.join(PATIENCE)

    def _work(self) -> None:
        while True:
            with self._there_is:
                while self._next is None and self._thread is threading.current_thread():
                    self._there_is.wait()
                if self._next is None or self._thread is not threading.current_thread():
                    return
                function, future = self._next
                self._next = None
            try:
                result = function()
            except BaseException:
                # jedi raises for some code that is not finished, RecursionError for one.  There is nothing to be
                # completed then, and a message for each key would be worse; as would be a thread that has ended.
                result = None
            _settle(future, result)


def _settle(future: asyncio.Future[Any], result: object) -> None:
    """Give an answer to who waits for it in an event loop.  From any thread."""

    def settle() -> None:
        if not future.done():
            future.set_result(result)

    try:
        future.get_loop().call_soon_threadsafe(settle)
    except RuntimeError:
        pass  # the loop is closed: the session has ended

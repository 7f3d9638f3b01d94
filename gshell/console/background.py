"""A thread for what would keep the keys waiting."""

from __future__ import annotations

import asyncio
import logging
import threading
from _queue import Empty, SimpleQueue
from _thread import allocate_lock, start_new_thread
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from gshell.native_threads import get_ident

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds that a thread has to end at most."""
_START = threading.Thread.start


class _Life:
    """What a thread is told by and tells, from its beginning to its end."""

    def __init__(self) -> None:
        self.bell: SimpleQueue[None] = SimpleQueue()
        self.end: SimpleQueue[None] = SimpleQueue()
        self.thread: threading.Thread | None = None

    def begin(self, work: Callable[[_Life], None]) -> None:
        """Have `work(self)` run in a thread.  Raises RuntimeError if the machine has no memory for it.

        It is one that threading knows, unless what begins those was replaced: gevent's would be no thread.
        """
        if threading.Thread.start is _START and threading.get_ident is get_ident:
            self.thread = threading.Thread(target=work, args=[self], daemon=True, name="completion")
            self.thread.start()
        else:
            start_new_thread(work, (self,))

    def wait(self) -> None:
        """Wait a while for the end of the thread."""
        with suppress(Empty):
            self.end.get(timeout=PATIENCE)
        if self.thread is not None:
            self.thread.join(PATIENCE)


class Background:
    """A thread that does one thing at a time; of those that wait, only the newest.

    It is a daemon, and not of an executor: the end of the session waits for none of it.  It has no locks of
    threading's, which the user's code may replace (`gevent.monkey.patch_all()`).
    """

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._next: tuple[Callable[[], Any], asyncio.Future[Any]] | None = None
        self._thread: _Life | None = None

    async def run(self, function: Callable[[], T]) -> T | None:
        """What `function()` returns, in the thread; None if something newer was asked for before it had begun, or if
        it failed.

        For what may fail for any reason, and where there is nothing to say then.  From the thread of an event loop.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        with self._lock:
            if self._next is not None:
                _settle(self._next[1], None)
            self._next = function, future
            if self._thread is None:
                life = _Life()
                try:
                    life.begin(self._work)
                except RuntimeError:  # the machine has no memory for it
                    self._next = None
                    return None
                self._thread = life
            self._thread.bell.put(None)
        result: T | None = await future
        return result

    def close(self) -> None:
        """Let the thread end when it has done what it does now; run() begins another.  From any thread.

        Waits a while for that: who imports the same afterwards, or counts threads, should find nothing of it.
        """
        with self._lock:
            if self._next is not None:
                _settle(self._next[1], None)
            life, self._next, self._thread = self._thread, None, None
        if life is not None:
            life.bell.put(None)
            life.wait()

    def _work(self, life: _Life) -> None:
        try:
            self._work_on(life)
        finally:
            life.end.put(None)

    def _work_on(self, life: _Life) -> None:
        while True:
            life.bell.get()
            with self._lock:
                if self._thread is not life:
                    return
                if self._next is None:
                    continue  # it was done together with another
                function, future = self._next
                self._next = None
            try:
                result = function()
            except BaseException:
                # jedi raises for some code that is not finished, RecursionError for one.  There is nothing to be
                # completed then, and a message for each key would be worse; as would be a thread that has ended.
                result = None
                with suppress(BaseException):  # its locks are threading's
                    logging.getLogger("gshell").debug("a lookup has failed", exc_info=True)
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

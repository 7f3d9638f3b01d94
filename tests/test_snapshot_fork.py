"""The fork of a snapshot: many beside threads that want the GIL all the time."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

from gshell.survival.child import _fork

FORKS = 10


@pytest.fixture
def busy_threads() -> Iterator[None]:
    """Threads that begin others, and look at their frames: both take locks of Python's that a fork holds."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            thread = threading.Thread(target=sum, args=(range(100),))
            thread.start()
            sys._current_frames()
            thread.join()

    threads = [threading.Thread(target=work) for _ in range(3)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)


def test_parent_and_child_go_on(busy_threads: None) -> None:
    told: list[int] = []
    os.register_at_fork(before=lambda: told.append(1), after_in_parent=lambda: told.append(2))
    for _ in range(FORKS):
        pid = _fork()
        if pid == 0:
            os._exit(7 if threading.active_count() == 1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert told == [1, 2] * FORKS

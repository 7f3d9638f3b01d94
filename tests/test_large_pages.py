"""What it costs to put memory back into large pages; that it is put back: test_survival.py."""

from __future__ import annotations

import threading
import time

from gshell.survival.large_pages import collapse


def test_to_wait_for_a_busy_worker_costs_nothing() -> None:
    """Or snapshots beside a loop in Python, which has the GIL, would be taken for dear ones, and come seldom."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            pass

    worker = threading.Thread(target=work)
    worker.start()
    try:
        begun = time.thread_time()
        cost = collapse(lambda: False)
        assert 0 < cost <= time.thread_time() - begun
    finally:
        stop.set()
        worker.join()

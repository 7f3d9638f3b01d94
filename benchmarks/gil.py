"""How long does a thread wait for the GIL beside one that computes, and what does a short switch interval cost?

python -m benchmarks.gil

The first thread computes in Python and lets go of the GIL for a moment now and then, as functions of numpy do.  The
second one wants it every five milliseconds: with CPython's switch interval, and as the GUI thread does (gui/gil.py).
"""

from __future__ import annotations

import statistics
import sys
import time
from threading import Thread

import numpy as np

from gshell.gui.gil import SOON, get_the_gil_soon

PIECES = (300, 3000, 10_000, 100_000)
"""How many numbers the first thread adds up between two chances to take the GIL."""
SECONDS = 2.0
STOCK = 0.005
"""CPython's switch interval, in seconds."""


def waits(piece: int, soon: bool) -> tuple[float, float]:
    """Seconds that the second thread waits: in one of ten cases, and at most."""
    found: list[float] = []
    done = False

    def wait() -> None:
        if soon:
            get_the_gil_soon()
        while not done:
            begin = time.perf_counter()
            time.sleep(0.005)
            found.append(time.perf_counter() - begin - 0.005)

    sys.setswitchinterval(STOCK)
    thread = Thread(target=wait)
    thread.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        np.random.rand(3)
        sum(range(piece))
    done = True
    thread.join()
    return sorted(found)[len(found) * 9 // 10], max(found)


def seconds_for(threads: int) -> float:
    """For the same work, spread over so many threads."""

    def work() -> None:
        for _ in range(400_000 // threads):
            sum(range(100))

    all_of_them = [Thread(target=work) for _ in range(threads)]
    begin = time.perf_counter()
    for thread in all_of_them:
        thread.start()
    for thread in all_of_them:
        thread.join()
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    for piece in PIECES:
        for name, soon in (("CPython's interval", False), ("gshell's", True)):
            usual, longest = waits(piece, soon)
            print(
                f"GIL, {piece:6} numbers {name:20}{usual * 1000:8.1f} ms in nine of ten, {longest * 1000:8.1f} at most"
            )
    for threads in (2, 4):
        ratios = []
        for _ in range(5):
            sys.setswitchinterval(STOCK)
            stock = seconds_for(threads)
            sys.setswitchinterval(SOON)
            ratios.append(seconds_for(threads) / stock)
        sys.setswitchinterval(STOCK)
        print(f"GIL, {threads} threads that compute, gshell / CPython: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()

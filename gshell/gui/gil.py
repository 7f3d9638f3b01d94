"""How soon the GUI thread gets the GIL beside a worker that computes."""

from __future__ import annotations

import ctypes
import sys

SOON = 1e-5
"""Seconds after which a thread that runs Python has to give up the GIL, if another one waits for it."""
_PR_SET_TIMERSLACK = 29  # linux/prctl.h


def get_the_gil_soon() -> None:
    """Have the calling thread wait a moment at most for the GIL.  In the GUI thread.

    A thread that waits for the GIL asks for it when a switch interval (5 ms) has passed without a chance to take it.
    But a worker that lets go of it for a moment again and again, as most functions of numpy do, gives a chance each
    time: the waiting thread is woken, finds that the worker has taken the GIL back before it was awake, and waits for
    another 5 ms.  `while True: np.random.rand(3); sum(range(10000))` keeps other threads away for seconds (seen on
    3.11 and 3.13); the figures are frozen then.  With an interval that is shorter than what lies between two
    chances the waiting thread asks, and whoever is asked does not take the GIL back at once.

    Ten microseconds are that short for this thread only if the kernel does not round them up to sixty, as it does by
    default (prctl(2), PR_SET_TIMERSLACK).  The interval costs nothing where no thread waits.  It is the whole
    process's: of threads of the user's that all compute in Python, two become slower by some hundredths, and four by a
    quarter and more (python -m benchmarks.gil); who has such sets the interval that he wants with
    sys.setswitchinterval().
    """
    if sys.getswitchinterval() > SOON:
        sys.setswitchinterval(SOON)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)

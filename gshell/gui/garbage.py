"""Python's cyclic garbage collector, on the GUI thread.

The collector runs in whatever thread happens to allocate the object too many.  In the worker it would destroy
widgets (a closed figure is a cycle of Python objects around them), and a widget that is destroyed outside the GUI
thread takes the process with it.  So while a toolkit runs, automatic collection is off, and a timer on the GUI
thread collects when CPython's own thresholds say so.  `gc.collect()` from elsewhere is carried to the GUI thread.
"""

from __future__ import annotations

import gc
import math
import os
import time
from collections.abc import Callable

INTERVAL = 0.1
"""Seconds between two looks at the counters."""
SHARE = 0.05
"""The part of the time that full collections may take which were asked for."""


class Garbage:
    """Decides what to collect, by the rules of CPython (gcmodule.c) but for its moment.

    By then there may be many times the objects that a threshold allows, so they are counted here.
    """

    def __init__(self) -> None:
        self._collect = gc.collect
        self._young = 0  # objects since the last collection of the middle generation
        self._all = 0  # since the last full one
        self._survivors = 0  # of the last full one
        self._asked = False
        self._kept: list[object] = []
        self._not_before = 0.0

    def collect_here(
        self, call: Callable[[Callable[[], int]], int], every: Callable[[float, Callable[[], None]], None]
    ) -> None:
        """From now on collect garbage on the GUI thread only.  On the GUI thread, once.

        `call(function)` runs a function there, from any thread; `every(seconds, function)` does it again and again.
        """
        collect = self._collect

        def collect_there(generation: int = 2) -> int:
            return call(lambda: collect(generation))

        os.register_at_fork(after_in_child=self._collect_anywhere)
        gc.disable()
        gc.collect = collect_there
        every(INTERVAL, self._look)

    def _collect_anywhere(self) -> None:
        gc.collect = self._collect
        gc.enable()

    def keep(self, is_native: Callable[[object], bool]) -> None:
        """Have nothing of the toolkit's ever end: that would be a call of it, and it can't be called any more.

        What is made from now on is collected as in every program.
        """
        self._kept = [each for each in gc.get_objects() if is_native(each)]
        gc.freeze()
        self._collect_anywhere()

    def ask(self) -> None:
        """Collect everything soon: a few objects that hold much memory have become garbage.  From any thread."""
        self._asked = True

    def _look(self) -> None:
        """Collect what is due."""
        gc.disable()  # the user's code may have switched it on
        new = gc.get_count()[0]
        thresholds = gc.get_threshold()
        if self._asked and time.monotonic() > self._not_before:
            self._collect_all()
        elif thresholds[0] and new > thresholds[0]:
            self._young += new
            self._all += new
            if self._all > max(math.prod(thresholds), self._survivors / 4):
                self._collect_all()
            elif self._young > thresholds[0] * thresholds[1]:
                self._young = 0
                self._collect(1)
            else:
                self._collect(0)

    def _collect_all(self) -> None:
        begin = time.monotonic()
        self._asked = False  # whoever asks from now on may have more of it
        self._collect(2)
        self._survivors = _count()
        self._young = self._all = 0
        end = time.monotonic()
        self._not_before = end + (end - begin) / SHARE


def _count() -> int:
    """How many objects the collector knows.

    In one call into C, with no bytecode between the list and its end: a tuple that another thread is just filling is in
    the list too, and CPython refuses to go on with one that somebody else has ("bad argument to internal function").
    """
    return sum(map(len, map(gc.get_objects, (None,))))

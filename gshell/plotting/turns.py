"""Work of the GUI thread that touches artists: it waits for its turn at the gate, and keeps to its share of time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Protocol

from gshell.gui.share import RETRY
from gshell.gui.thread import GuiThread
from gshell.gui.uncaught import report_exception
from gshell.threads.gate import Gate

LONG = 0.3
"""Seconds after which the cursor says that an event has to wait."""

Work = Callable[[], object]


class Clock(Protocol):
    """The event loop, as what comes back later asks for it."""

    def later(self, seconds: float, function: Callable[[], None], /) -> None:
        """Call `function()` once, after so many seconds."""


class BusySign(Protocol):
    """What says that an event has to wait."""

    def show_busy(self, busy: bool, /) -> None:
        """Show it, or (False) no more."""


class Turns:
    """What is to be done on the GUI thread under the gate.  All of it is for that thread.

    Events (mouse, keys, resizes, toolbar buttons) are handled in order, and none is lost but mouse motion, of which
    only the last counts.  Timers come after them, each at most once.  Then one figure is drawn.

    A worker that stood still for that gets as much time to go on, before it is stopped again for what can wait:
    motion, timers, draws.  So a figure that takes long to draw is drawn less often, and the computation goes on at
    half its speed or more.
    """

    def __init__(self, gui: GuiThread, clock: Clock, sign: BusySign, gate: Gate) -> None:
        self._gui = gui
        self._clock = clock
        self._sign = sign
        self._gate = gate
        self._events: deque[tuple[Hashable | None, Work]] = deque()
        self._timers: dict[Hashable, Work] = {}
        self._draws: dict[Hashable, tuple[float, Work]] = {}  # with the time before which it is not to be done
        self._not_before = 0.0
        self._look_at = 0.0  # when _go() is called next; 0 for never
        self._refused_since = 0.0
        self._shows_busy = False

    def add(self, work: Work, motion_of: Hashable | None = None) -> None:
        """Handle an event by `work()`, now if possible.  `motion_of`: a new one replaces it if nothing came between."""
        self._gui.assert_here()
        if self._gate.entered:
            work()  # a part of what has its turn now
            return
        if motion_of is not None and self._events and self._events[-1][0] == motion_of:
            self._events.pop()
        self._events.append((motion_of, work))
        self._go()

    def add_timer(self, key: Hashable, work: Work) -> None:
        """A timer has fired; unless its last time waits still, `work()` is due."""
        self._gui.assert_here()
        if self._gate.entered:
            work()
            return
        self._timers.setdefault(key, work)
        self._go()

    def drop_timer(self, key: Hashable) -> None:
        """A timer was stopped: what it was about to do is not done."""
        self._gui.assert_here()
        self._timers.pop(key, None)

    def request_draw(self, key: Hashable, work: Work, wait: float = 0.0) -> None:
        """Draw by `work()`, in `wait` seconds or when there is time for it; once, if it was requested before."""
        self._gui.assert_here()
        due = time.monotonic() + wait
        self._draws[key] = (min(due, self._draws[key][0]) if key in self._draws else due, work)
        self._go_when_out()

    def hurry(self, key: Hashable | None = None) -> None:
        """Put nothing off any more, and do the draw of `key`, if one was requested, first.

        For the end of a command and one that pauses: the worker has nothing to go on with, although it may not be at
        rest yet.
        """
        self._gui.assert_here()
        if key in self._draws:
            self._draws = {key: (0.0, self._draws.pop(key)[1]), **self._draws}
        self._not_before = 0.0
        self._go_when_out()

    def _due(self) -> float | None:
        """When the next work is due (time.monotonic); None: there is none."""
        if any(motion_of is None for motion_of, _ in self._events):
            return 0.0
        if self._gate.at_rest:
            self._not_before = 0.0
        if self._events or self._timers:
            return self._not_before
        if self._draws:
            return max(self._not_before, min(due for due, _ in self._draws.values()))
        return None

    def _go(self) -> None:
        """Do all that is due, and come back for the rest."""
        while (due := self._due()) is not None:
            wait = due - time.monotonic()
            if wait > 0:
                self._come_back(wait)
                return
            with self._gate.turn() as entered:
                if entered:
                    self._take_turn()
            if not entered:
                self._refused()
                return

    def _take_turn(self) -> None:
        self._served()
        begin = time.monotonic()
        try:
            self._do_due()
        finally:
            if self._gate.parked:
                end = time.monotonic()
                self._not_before = max(self._not_before, end) + (end - begin)

    def _do_due(self) -> None:
        while self._events:
            self._callback(self._events.popleft()[1])
        if time.monotonic() < self._not_before:
            return
        while self._timers:
            self._callback(self._timers.pop(next(iter(self._timers))))
        now = time.monotonic()
        key = next((key for key, (due, _) in self._draws.items() if due <= now), None)
        if key is not None:
            _, work = self._draws.pop(key)
            try:
                work()
            except BaseException:
                report_exception()

    def _callback(self, work: Work) -> None:
        try:
            self._gui.run_users(work)
        except BaseException:  # SystemExit too: it ends a script, and there is none here
            report_exception()

    def _come_back(self, seconds: float) -> None:
        at = time.monotonic() + seconds
        if not self._look_at or at < self._look_at:
            self._look_at = at
            self._clock.later(seconds, self._come_now)

    def _come_now(self) -> None:
        self._look_at = 0.0
        self._go_when_out()

    def _go_when_out(self) -> None:
        """Do what is due; under the gate, after what has its turn now (which may run an event loop)."""
        if self._gate.entered:
            self._come_back(RETRY)
        else:
            self._go()

    def _refused(self) -> None:
        now = time.monotonic()
        self._refused_since = self._refused_since or now
        if self._events and now - self._refused_since > LONG:
            self._show_busy(True)
        self._come_back(RETRY)

    def _served(self) -> None:
        self._refused_since = 0.0
        self._show_busy(False)

    def _show_busy(self, busy: bool) -> None:
        if busy != self._shows_busy:
            self._shows_busy = busy
            try:
                self._sign.show_busy(busy)
            except Exception:  # a figure that can't show it is drawn all the same
                report_exception()

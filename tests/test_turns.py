"""Turns of the GUI thread, with a real gate, on the test's own thread: there is no worker, so every turn is given."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gshell.gui.thread import GuiThread
from gshell.plotting.turns import Turns
from gshell.threads.gate import Gate


class Interruptions:
    """Nothing was interrupted, and nothing runs."""

    role = True
    busy = False
    pending = False

    def keep(self) -> None:
        raise AssertionError("nothing was interrupted")


class Clock:
    """An event loop that comes back when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        self.waiting.append(function)

    def come_back(self) -> None:
        waiting, self.waiting = self.waiting, []
        for function in waiting:
            function()


class Sign:
    """What says that an event has to wait."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.shown: list[bool] = []

    def show_busy(self, busy: bool) -> None:
        self.shown.append(busy)
        if self.fails:
            raise RuntimeError("no cursor")


class RefusingGate(Gate):
    """A gate that does not let the GUI thread in for a while, as beside a worker that is inside matplotlib."""

    refuses = False

    @contextmanager
    def turn(self, patience: float = 0.004) -> Iterator[bool]:
        if self.refuses:
            yield False
            return
        with super().turn(patience) as entered:
            yield entered


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages of exceptions that were reported."""
    messages: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: messages.append(str(error)))
    return messages


class Desk:
    """Turns, and what they work with."""

    def __init__(self, *, sign_fails: bool = False) -> None:
        self.gate = RefusingGate(lambda: False)
        self.clock = Clock()
        self.sign = Sign(fails=sign_fails)
        gui = GuiThread(self.gate, Interruptions(), programs_block=False)
        self.turns = Turns(gui, self.clock, self.sign, self.gate)
        self.done: list[str] = []

    def work(self, name: str) -> Callable[[], None]:
        return lambda: self.done.append(f"{name}, {'in' if self.gate.entered else 'out'}")

    def wait_until_busy(self) -> None:
        """Refuse an event for so long that the user is told."""
        self.gate.refuses = True
        self.turns.add(self.work("event"))
        end = time.monotonic() + 30
        while not self.sign.shown:
            assert time.monotonic() < end
            self.clock.come_back()
        self.gate.refuses = False


def test_work_has_its_turn_under_the_gate(reported: list[str]) -> None:
    desk = Desk()
    desk.turns.add(desk.work("event"))
    desk.turns.add_timer("timer", desk.work("timer"))
    desk.turns.request_draw("figure", desk.work("draw"))
    assert desk.done == ["event, in", "timer, in", "draw, in"]
    assert not desk.gate.entered
    assert reported == []


def test_event_that_waits_is_shown_as_long_as_it_does(reported: list[str]) -> None:
    desk = Desk()
    desk.wait_until_busy()
    assert desk.done == []
    desk.clock.come_back()
    assert desk.done == ["event, in"]
    assert desk.sign.shown == [True, False]
    assert reported == []


def test_figure_is_drawn_although_showing_busy_fails(reported: list[str]) -> None:
    """And the gate is left."""
    desk = Desk(sign_fails=True)
    desk.wait_until_busy()
    desk.turns.request_draw("figure", desk.work("draw"))
    desk.clock.come_back()
    assert not desk.gate.entered
    assert desk.done == ["event, in", "draw, in"]
    assert set(reported) == {"no cursor"}
    desk.turns.request_draw("figure", desk.work("another draw"))
    assert desk.done[-1] == "another draw, in"


def fail() -> None:
    raise RuntimeError("failed")


@pytest.mark.parametrize("what", ["event", "timer", "draw"])
def test_gate_is_left_after_an_exception(reported: list[str], what: str) -> None:
    desk = Desk()
    begin = {
        "event": lambda: desk.turns.add(fail),
        "timer": lambda: desk.turns.add_timer("timer", fail),
        "draw": lambda: desk.turns.request_draw("figure", fail),
    }
    begin[what]()
    assert reported == ["failed"]
    assert not desk.gate.entered
    desk.turns.request_draw("figure", desk.work("draw"))
    assert desk.done == ["draw, in"]


def test_draw_is_requested_once(reported: list[str]) -> None:
    desk = Desk()
    desk.turns.request_draw("figure", desk.work("draw"), 1000.0)
    desk.turns.request_draw("figure", desk.work("draw"), 2000.0)
    assert desk.done == []
    desk.turns.hurry("figure")
    assert desk.done == ["draw, in"]
    desk.turns.hurry("figure")
    desk.turns.hurry()
    assert desk.done == ["draw, in"]
    assert reported == []


def test_hurried_draw_goes_first(reported: list[str]) -> None:
    desk = Desk()
    desk.gate.refuses = True
    for name in ("first", "second"):
        desk.turns.request_draw(name, desk.work(name))
    desk.turns.hurry("second")
    desk.gate.refuses = False
    desk.clock.come_back()
    assert desk.done == ["second, in", "first, in"]
    assert reported == []


def test_of_motion_only_the_last_counts(reported: list[str]) -> None:
    desk = Desk()
    desk.gate.refuses = True
    for name, motion in (("moved", "mouse"), ("moved on", "mouse"), ("clicked", None), ("moved again", "mouse")):
        desk.turns.add(desk.work(name), motion)
    desk.gate.refuses = False
    desk.clock.come_back()
    assert desk.done == ["moved on, in", "clicked, in", "moved again, in"]
    assert reported == []


def test_event_within_an_event_is_a_part_of_it(reported: list[str]) -> None:
    desk = Desk()
    desk.turns.add(lambda: desk.turns.add(desk.work("inner")))
    assert desk.done == ["inner, in"]
    assert reported == []


def test_timer_that_was_stopped_does_nothing(reported: list[str]) -> None:
    desk = Desk()
    desk.gate.refuses = True
    desk.turns.add_timer("timer", desk.work("timer"))
    desk.turns.drop_timer("timer")
    desk.gate.refuses = False
    desk.clock.come_back()
    assert desk.done == []
    assert reported == []

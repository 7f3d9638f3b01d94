"""When a snapshot of the session is due: what has happened, and when it is due after that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gshell.survival.schedule import LEAST, LONG, MUCH, SHARE, SOON, Schedule

INTERVAL = 60.0
SHORT = (LONG - 0.1, MUCH - 1)
"""A command that is nothing special: how long it takes, and by how much memory grows."""

Happens = Callable[[Schedule], object]


def ended(seconds: float = SHORT[0], growth: int = SHORT[1]) -> Happens:
    return lambda schedule: schedule.command_ended(seconds, growth)


def taken(now: float, cost: float = 0.0) -> Happens:
    return lambda schedule: schedule.taken(now, cost)


@pytest.mark.parametrize(
    ("what_happens", "idle", "busy"),
    [
        # Nothing: never, but while a command runs, which may change anything.
        ([], None, INTERVAL),
        ([taken(100)], None, 100 + INTERVAL),
        ([ended(), taken(100)], None, 100 + INTERVAL),
        ([ended(LONG, MUCH), taken(100)], None, 100 + INTERVAL),
        # Something has changed: after the interval, from the last snapshot on.
        ([ended()], INTERVAL, INTERVAL),
        ([taken(100), ended()], 100 + INTERVAL, 100 + INTERVAL),
        # A long command, or one that has made or deleted much: soon, unless the next one runs already.
        ([ended(LONG, 0)], SOON, INTERVAL),
        ([ended(0, MUCH)], SOON, INTERVAL),
        ([ended(0, -MUCH)], SOON, INTERVAL),
        ([taken(100), ended(LONG, 0), ended()], 100 + SOON, 100 + INTERVAL),
        # What snapshots cost: a small part of all time.
        ([taken(100, 1.0), ended()], 101 + INTERVAL, 101 + INTERVAL),
        ([taken(100, 1.0), ended(LONG, 0)], 101 + 1 / SHARE, 101 + INTERVAL),
        ([taken(100, 10.0), ended()], 110 + 10 / SHARE, 110 + 10 / SHARE),
        ([taken(100, 10.0), ended(LONG, MUCH)], 110 + 10 / SHARE, 110 + 10 / SHARE),
        ([taken(100, 10.0), taken(900, 0.1), ended()], 900.1 + INTERVAL, 900.1 + INTERVAL),  # of the last one
    ],
)
def test_when_it_is_due(what_happens: list[Happens], idle: float | None, busy: float) -> None:
    schedule = Schedule(0.0)
    for each in what_happens:
        each(schedule)
    assert schedule.due(False, INTERVAL) == (None if idle is None else pytest.approx(idle))
    assert schedule.due(True, INTERVAL) == pytest.approx(busy)


@pytest.mark.parametrize(("interval", "due"), [(0, LEAST), (-5, LEAST), (1, 1.0), (5, 5.0), (1e9, 1e9)])
def test_whatever_the_interval_is(interval: float, due: float) -> None:
    assert Schedule(0.0).due(True, interval) == due


@pytest.mark.parametrize("cost", [0.01, 1.0, 100.0])
def test_the_share_of_all_time(cost: float) -> None:
    """However much they cost, snapshots take no more than their share while code runs all the time."""
    schedule, now, spent = Schedule(0.0), 0.0, 0.0
    for _ in range(100):
        due = schedule.due(True, LEAST)
        assert due is not None and due > now
        schedule.taken(due, cost)
        now, spent = due + cost, spent + cost
    assert spent / now <= SHARE

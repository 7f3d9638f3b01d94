"""The worker's share of time beside calls of other threads, with a clock and a gate of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gshell.gui.share import LITTLE, MOST, RETRY, Share
from gshell.threads.gate import Gate
from tests.terminal import GShell


class Stub(Gate):
    """A gate that lets in or not, with a worker that is parked, at rest, or in C code."""

    def __init__(self) -> None:
        super().__init__(lambda: False)
        self.state = "parked"
        self.lets_in = True

    @property
    def at_rest(self) -> bool:
        return self.state == "at rest"

    @property
    def parked(self) -> bool:
        return self.state == "parked"

    @contextmanager
    def turn(self, patience: float = 0.0) -> Iterator[bool]:
        yield self.lets_in


class World:
    """A share, and time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.gate = Stub()
        self.share = Share(self.gate, lambda: self.now)

    def call(self, seconds: float) -> float:
        """A call that takes so long; 0.0, or how long it has to wait."""
        with self.share.turn() as wait:
            if not wait:
                self.now += seconds
        return wait


@pytest.fixture
def world() -> World:
    return World()


def test_worker_gets_as_much_time_as_a_call_has_taken(world: World) -> None:
    assert world.call(0.1) == 0
    assert world.call(0.1) == pytest.approx(0.1)
    world.now += 0.04
    assert world.call(0.1) == pytest.approx(0.06)
    world.now += 0.06
    assert world.call(0.1) == 0


def test_short_calls_do_not_wait_until_they_are_many(world: World) -> None:
    calls = 0
    while not world.call(0.001):
        calls += 1
    assert calls == pytest.approx(LITTLE / 0.001, abs=1.1)
    world.now += 0.02
    assert world.call(0.001) == 0


def test_time_that_the_worker_has_had_is_not_saved(world: World) -> None:
    world.now += 100
    assert world.call(0.1) == 0
    assert world.call(0.1) > 0


@pytest.mark.parametrize("state", ["at rest", "in C"])
def test_worker_that_does_not_stand_still_is_owed_nothing(world: World, state: str) -> None:
    world.gate.state = state
    assert [world.call(0.1) for _ in range(3)] == [0, 0, 0]


def test_worker_that_comes_to_rest_is_not_waited_for(world: World) -> None:
    world.call(0.1)
    world.gate.state = "at rest"
    assert world.call(0.1) == 0


def test_most(world: World) -> None:
    world.call(60)
    assert world.call(0.1) == MOST


def test_refused(world: World) -> None:
    world.gate.lets_in = False
    assert world.call(0.1) == RETRY
    world.gate.lets_in = True
    assert world.call(0.1) == 0


BESIDE = """
import threading, time, gshell
def busy():
    end = time.thread_time() + 0.03
    while time.thread_time() < end: pass
    calls.append(1)
def loop():
    while len(calls) < 20: gshell.on_gui(busy)
calls = []
threads = [threading.Thread(target=loop) for _ in range(5)]
for each in threads: each.start()
while len(calls) < 3: time.sleep(0.001)
begin = time.thread_time()
while len(calls) < 15: pass
computed = time.thread_time() - begin
for each in threads: each.join(30)
"""


def test_worker_computes_beside_threads_that_call_all_the_time(plots: GShell, home: Path) -> None:
    (home / "beside.py").write_text(BESIDE)
    plots.run("run beside.py")
    assert plots.value("computed > 12 * 0.03 / 4 or computed") == "True"  # the calls have taken 12 * 0.03

"""A function on its way to the GUI thread: what its caller, and who runs it, may do, and who is first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NoReturn

import pytest

from gshell.gui.call import Call, Running
from gshell.gui.thread import GuiThread
from gshell.threads.gate import Gate
from tests.terminal import wait_until
from tests.test_turns import Interruptions


def test_result() -> None:
    call = Call(lambda: 42)
    call.run()
    call.wait()
    assert call.ends_soon()
    assert call.result() == 42


def test_exception() -> None:
    call = Call(lambda: 1 / 0)
    call.run()
    with pytest.raises(ZeroDivisionError):
        call.result()
    assert not call.was_interrupted


def test_interrupted() -> None:
    def function() -> None:
        raise KeyboardInterrupt

    call = Call(function)
    call.run()
    assert call.was_interrupted
    with pytest.raises(KeyboardInterrupt):
        call.result()


def test_cancelled_call_never_runs() -> None:
    runs: list[None] = []
    call = Call(lambda: runs.append(None))
    assert call.cancel()
    assert not call.cancel()
    call.run()
    assert runs == []


def test_call_that_runs_is_not_cancelled() -> None:
    answers: list[bool] = []
    call = Call(lambda: answers.append(call.cancel()))
    call.run()
    assert answers == [False]
    assert not call.cancel()


def test_runs_once() -> None:
    runs: list[None] = []
    call = Call(lambda: runs.append(None))
    call.run()
    call.run()
    assert runs == [None]


def test_wait_is_for_the_end() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def function() -> str:
        begun.set()
        go_on.wait(30)
        return "result"

    call = Call(function)
    thread = threading.Thread(target=call.run)
    thread.start()
    assert begun.wait(30)
    assert not call.ends_soon()
    call.give_up()
    assert call.given_up
    go_on.set()
    call.wait()
    assert call.result() == "result"
    thread.join()


def test_one_of_many_gets_it() -> None:
    """Whether it runs or is cancelled, it is one of them, once."""
    for _ in range(200):
        runs: list[None] = []
        call = Call(lambda runs=runs: runs.append(None))  # type: ignore[misc]
        cancelled: list[bool] = []
        start = threading.Barrier(3)

        def run(call: Call[None] = call, start: threading.Barrier = start) -> None:
            start.wait(30)
            call.run()

        def cancel(call: Call[None] = call, start: threading.Barrier = start, got: list[bool] = cancelled) -> None:
            start.wait(30)
            time.sleep(0)
            got.append(call.cancel())

        threads = [threading.Thread(target=target) for target in (run, run, cancel)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(runs) + sum(cancelled) == 1


# The display is lost.  A toolkit that is asked for anything after that ends the process.


def test_no_call_begins_after_the_loss() -> None:
    running, runs = Running(), list[str]()
    calls = [Call(lambda: runs.append("begun")) for _ in range(2)]
    running.fail("lost")
    assert calls[1].cancel()
    for call in calls:
        running.run(call)
    calls[0].wait()
    with pytest.raises(RuntimeError, match="lost"):
        calls[0].result()
    assert not calls[1].ends_soon()
    assert runs == []


def test_a_call_that_was_put_off_is_an_error_after_the_loss() -> None:
    """The timer that would have begun it is gone."""
    running, runs = Running(), list[str]()
    calls = [Call(lambda: runs.append("begun")) for _ in range(3)]
    for call in calls:
        running.put_off(call)
    running.run(calls[0])
    assert calls[1].cancel()
    running.fail("lost")
    calls[2].wait()
    with pytest.raises(RuntimeError, match="lost"):
        calls[2].result()
    calls[0].result()
    assert not calls[1].ends_soon()
    assert runs == ["begun"]


class LostMeanwhileGate(Gate):
    """The display is lost in the middle of a call."""

    def __init__(self, lost: Callable[[], bool]) -> None:
        super().__init__(lambda: False)
        self._lost = lost

    def is_worker(self) -> bool:
        wait_until(self._lost, "the loss")
        return super().is_worker()


class Left(Exception):
    """The process would have ended."""


def leave() -> NoReturn:
    raise Left


def test_what_was_posted_before_the_loss_does_not_run() -> None:
    runs: list[str] = []
    gui = GuiThread(Gate(lambda: False), Interruptions(), programs_block=False, leave=leave)
    gui.post(lambda: runs.append("begun"))
    gui.quit()
    with pytest.raises(Left):
        gui.display_lost("the cable")
    assert gui.gone
    assert runs == []


def test_a_call_that_was_under_way_at_the_loss_is_an_error() -> None:
    runs, errors = list[str](), list[str]()
    gui = GuiThread(LostMeanwhileGate(lambda: gui.gone), Interruptions(), programs_block=False, leave=leave)

    def ask() -> None:
        try:
            gui.call(lambda: runs.append("begun"))
        except RuntimeError as error:
            errors.append(str(error))
        gui.quit()

    thread = threading.Thread(target=ask)
    thread.start()
    with pytest.raises(Left):
        gui.display_lost("the cable")
    thread.join()
    assert runs == []
    assert len(errors) == 1
    assert "the cable" in errors[0]

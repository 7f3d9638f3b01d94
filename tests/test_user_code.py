"""Which code on the GUI thread Ctrl-C ends: every state and transition, with a clock of the test's own."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any

import pytest

from gshell.gui import user_code
from gshell.gui.user_code import TOO_LONG, State, UserCode
from gshell.threads.async_exc import raise_in_thread
from tests.terminal import wait_until


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float = 2 * TOO_LONG) -> None:
        """Long enough to be broken off, unless something else is said."""
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def code(clock: Clock) -> UserCode:
    return UserCode(lambda: None, clock)


def test_idle(code: UserCode) -> None:
    assert code.state is State.IDLE
    assert not code.press()


def test_running(code: UserCode, clock: Clock) -> None:
    def function() -> str:
        assert code.state is State.RUNNING
        clock.work(TOO_LONG / 2)
        assert not code.press()  # not yet
        clock.work()
        assert code.press()
        assert not code.press()  # once
        return "result"

    assert code.run(function) == "result"
    assert code.state is State.IDLE
    clock.work()
    assert not code.press()


def test_running_again(code: UserCode, clock: Clock) -> None:
    def function() -> bool:
        clock.work()
        return code.press()

    assert [code.run(function), code.run(function)] == [True, True]


def test_state_after_an_exception(code: UserCode, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        code.run(lambda: 1 / 0)
    assert code.state is State.IDLE
    clock.work()
    assert not code.press()


def test_code_within_code(code: UserCode, clock: Clock) -> None:
    """The inner one is ended; then the outer one, which runs on, may be."""

    def inner() -> None:
        assert not code.press()  # it has just begun
        clock.work()
        assert code.press()

    def outer() -> None:
        clock.work()
        code.run(inner)
        assert code.state is State.RUNNING
        assert code.press()

    code.run(outer)


def test_aside(code: UserCode, clock: Clock) -> None:
    """The exception is kept until the code goes on."""

    def function() -> None:
        clock.work()
        with code.aside():
            assert code.state is State.ASIDE
            assert not code.press()
            assert not code.press()
        raise AssertionError("KeyboardInterrupt was due")

    with pytest.raises(KeyboardInterrupt):
        code.run(function)
    assert code.state is State.IDLE


def test_aside_for_a_short_time(code: UserCode, clock: Clock) -> None:
    def function() -> str:
        with code.aside():
            assert not code.press()
        clock.work()
        assert code.press()  # that was not the one
        return "went on"

    assert code.run(function) == "went on"


def test_aside_when_nothing_runs(code: UserCode, clock: Clock) -> None:
    """The shell's own code has events handled."""
    with code.aside():
        assert code.state is State.IDLE
        clock.work()
        assert not code.press()


def test_code_that_runs_while_other_waits(code: UserCode, clock: Clock) -> None:
    """A callback, in the `pause()` of another callback, is ended first; the second press is for the other one."""

    def inner() -> None:
        assert code.state is State.RUNNING
        assert not code.press()  # it is new; the one that waits has taken that
        clock.work()
        assert code.press()

    def outer() -> None:
        clock.work()
        with code.aside():
            code.run(inner)
            assert code.state is State.ASIDE
        raise AssertionError("KeyboardInterrupt was due")

    with pytest.raises(KeyboardInterrupt):
        code.run(outer)


def test_exception_that_is_due_comes_after_another(code: UserCode, clock: Clock) -> None:
    def function() -> None:
        clock.work()
        with code.aside():
            code.press()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        code.run(function)


def test_nested_loop(code: UserCode, clock: Clock) -> None:
    """The time that a dialog takes is the user's."""

    def function() -> str:
        clock.work()
        with code.nested_loop():
            assert code.state is State.IDLE
            clock.work()
            assert not code.press()
        assert code.state.name == "RUNNING"
        assert not code.press()
        clock.work()
        assert code.press()
        assert not code.press()
        return "result"

    assert code.run(function) == "result"
    assert code.state is State.IDLE


def test_code_that_was_ended_before_a_dialog_may_be_ended_after_it(code: UserCode, clock: Clock) -> None:
    def function() -> None:
        clock.work()
        assert code.press()
        with code.nested_loop():
            pass
        clock.work()
        assert code.press()

    code.run(function)


def test_nested_loop_of_our_own(code: UserCode) -> None:
    with code.nested_loop():
        assert code.state is State.IDLE
    assert code.state is State.IDLE


# A press in another thread, which is two steps: the claim, and the exception.


class Pressed:
    """Code that runs in a thread, and is pressed in another one, as the user does."""

    def __init__(self, throw: Callable[[int], None], now: Callable[[], float]) -> None:
        self.code = UserCode(lambda: throw(self.ident), now)
        self.ended: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.function: Callable[[], object] = lambda: None

    @property
    def ident(self) -> int:
        return self._thread.ident or 0

    def run(self, function: Callable[[], object]) -> None:
        self.function = function
        self._thread.start()

    def _run(self) -> None:
        try:
            try:
                self.code.run(self.function)
                self.ended.append("return")
            except KeyboardInterrupt as error:
                self.ended.append("interrupted" if error.__context__ is None else "interrupted twice")
            for _ in range(100_000):  # what the thread does then is not the user's
                len(self.ended)
        except KeyboardInterrupt:
            self.ended.append("too late")

    def join(self) -> list[str]:
        self._thread.join(30)
        return self.ended


def changes(code: UserCode) -> dict[str, Callable[[], AbstractContextManager[None]]]:
    """What the code may do in the middle of a press."""

    @contextmanager
    def nothing() -> Iterator[None]:
        yield

    @contextmanager
    def interrupt() -> Iterator[None]:
        raise KeyboardInterrupt
        yield

    return {"end": nothing, "end by it": interrupt, "aside": code.aside, "nested loop": code.nested_loop}


@pytest.mark.parametrize("change", ["end", "end by it", "aside", "nested loop"])
def test_the_exception_comes_in_the_code_that_it_was_for(change: str) -> None:
    """Whatever that does between the claim and the exception."""
    times = iter(range(0, 10**9, 1000))
    begun, claimed, wrong = threading.Event(), threading.Event(), list[str]()

    def throw(ident: int) -> None:
        claimed.set()
        wait_until(lambda: stands_in(ident) not in ("function", "wait"), "the code to go on")
        raise_in_thread(ident, KeyboardInterrupt)

    def function() -> None:
        begun.set()
        claimed.wait(30)
        with changes(pressed.code)[change]():
            if change != "end":
                wrong.append("begun")

    pressed = Pressed(throw, lambda: next(times))
    pressed.run(function)
    assert begun.wait(30)
    assert pressed.code.press()
    assert pressed.join() == ["interrupted"]
    assert wrong == []


def stands_in(ident: int) -> str:
    """The function that a thread stands in, as far as it is of interest here."""
    frame: Any = sys._current_frames().get(ident)
    while frame is not None and frame.f_code.co_filename == threading.__file__ and frame.f_code.co_name != "wait":
        frame = frame.f_back
    return frame.f_code.co_name if frame is not None else ""


def pressed_at(instruction: int) -> tuple[int, int]:
    """How often a press at an instruction of aside() has thrown an exception, or raised one; and how many there are."""
    times, count, answers = iter(range(0, 10**9, 1000)), 0, list[str]()
    code = UserCode(lambda: answers.append("thrown"), lambda: next(times))

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename != user_code.__file__ or frame.f_code.co_name != "aside":
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            if count == instruction:
                code.press()
            count += 1
        return trace

    def function() -> None:
        with code.aside():
            pass

    def run() -> None:
        sys.settrace(trace)
        try:
            code.run(function)
        except KeyboardInterrupt:
            answers.append("raised")

    # A thread of its own: the tracing of this one may be a debugger's.
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return len(answers), count


def test_a_press_at_each_instruction_of_going_aside_is_answered_once() -> None:
    _, count = pressed_at(-1)
    assert count > 30
    assert [instruction for instruction in range(count) if pressed_at(instruction)[0] != 1] == []


def test_no_press_is_lost_between_two_states() -> None:
    """Code that goes aside all the time gets each press, once."""
    interval, kept = sys.getswitchinterval(), list[Pressed]()  # a destructor would lose the exception,
    gc.disable()  # and so would those of all that other tests have left
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(200):
            times = iter(range(0, 10**9, 1000))
            begun = threading.Event()

            def forever() -> None:
                while True:
                    begun.set()  # noqa: B023
                    with pressed.code.aside():  # noqa: B023
                        pass

            pressed = Pressed(lambda ident: raise_in_thread(ident, KeyboardInterrupt), lambda: next(times))  # noqa: B023
            kept.append(pressed)
            pressed.run(forever)
            assert begun.wait(30)
            pressed.code.press()
            assert pressed.join() == ["interrupted"]
    finally:
        sys.setswitchinterval(interval)
        gc.enable()

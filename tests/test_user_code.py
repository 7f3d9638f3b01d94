"""Which code on the GUI thread Ctrl-C ends: every state and transition, with a clock of the test's own."""

from __future__ import annotations

import pytest

from gshell.gui.user_code import TOO_LONG, State, UserCode


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
    return UserCode(clock)


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

"""Programs that find an event loop running, and event loops nested into it, without any toolkit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TypeVar

import pytest

from gshell.gui.hosted_programs import HostedPrograms, Program
from gshell.gui.nested_loops import inside, interruptible

T = TypeVar("T")


class Host:
    """The GUI thread: the one that has made it."""

    def __init__(self, *, programs_block: bool = False) -> None:
        self.programs_block = programs_block
        self.given_up = False
        self.interrupted = False
        self.depth = 0
        self.calls = 0
        self._ident = threading.get_ident()

    def drain(self) -> None:
        raise AssertionError("nobody has posted anything")

    def is_here(self) -> bool:
        return threading.get_ident() == self._ident

    def call(self, function: Callable[[], T]) -> T:
        self.calls += 1
        return function()

    def display_lost(self, reason: str) -> NoReturn:
        raise AssertionError(reason)

    @contextmanager
    def nested_loop(self) -> Iterator[None]:
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1


class Programs(HostedPrograms[str, Program[str]]):
    """Whose windows are names."""

    def __init__(self, host: Host) -> None:
        self.waiting: list[Callable[[], None]] = []
        super().__init__(host, lambda seconds, function: self.waiting.append(function))
        self.open: list[str] = []
        self.ended = False

    def windows(self) -> list[str]:
        return list(self.open)

    def close(self, window: str) -> None:
        if window in self.open:
            self.open.remove(window)

    def program(self, frame: FrameType, windows: list[str]) -> Program[str]:
        return Program(frame, windows)

    def later(self) -> None:
        """Time passes."""
        waiting, self.waiting = self.waiting, []
        for function in waiting:
            function()

    def kept(self) -> list[list[str]]:
        return [program.windows for program in self._programs]

    def main(self, *windows: str) -> int:
        """What a program does: open windows, and run the event loop."""
        self.open += windows
        return self.host(sys._getframe(), self.wait)

    def wait(self) -> int:
        return self.run_until_end(self.run, self.end, lambda: not self.open)

    def run(self) -> int:
        for _ in range(1000):
            if self.ended:
                return 3
            self.later()
        raise AssertionError("nobody has ended it")

    def end(self) -> None:
        self.ended = True


def test_program_is_kept_as_long_as_it_has_a_window() -> None:
    programs = Programs(Host())
    assert programs.main("first", "second") == 0
    assert programs.main("third") == 0
    assert programs.kept() == [["first", "second"], ["third"]]
    programs.open.remove("first")
    programs.later()
    assert programs.kept() == [["first", "second"], ["third"]]
    programs.open.remove("second")
    programs.later()
    assert programs.kept() == [["third"]]
    programs.open.clear()
    programs.later()
    assert programs.kept() == []
    assert programs.waiting == []  # nothing is watched any more
    programs.main("fourth")
    assert programs.kept() == [["fourth"]]
    assert len(programs.waiting) == 1


def test_program_without_a_window_is_let_go() -> None:
    programs = Programs(Host())
    assert programs.main() == 0
    programs.later()
    assert programs.kept() == []


def test_a_program_closes_the_windows() -> None:
    programs = Programs(Host())
    programs.main("first")
    programs.main("second")
    programs.open.remove("first")
    programs.open.append("somebody else's")
    programs.close_windows()
    assert programs.open == ["somebody else's"]
    assert programs.kept() == []


def test_program_that_blocks_returns_when_its_windows_are_closed() -> None:
    programs = Programs(Host(programs_block=True))
    programs._later(0.0, programs.open.clear)
    assert programs.main("first") == 3
    assert programs.kept() == []


def test_program_that_blocks_is_given_up() -> None:
    host = Host(programs_block=True)
    programs = Programs(host)
    programs._later(0.0, lambda: setattr(host, "given_up", True))
    with pytest.raises(KeyboardInterrupt):
        programs.main("first")
    programs.later()
    assert programs.waiting == []  # nobody looks any more


def test_program_that_others_have_ended_was_given_up() -> None:
    """They look for every loop of the toolkit's, and may be first."""
    host = Host(programs_block=True)
    programs = Programs(host)

    def run() -> int:
        host.given_up = True
        return 0

    with pytest.raises(KeyboardInterrupt):
        programs.host(sys._getframe(), lambda: programs.run_until_end(run, programs.end))


# Nested loops.


def elsewhere(function: Callable[[], T]) -> T:
    """Run a function in another thread."""
    results: list[T] = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results.pop()


def test_loop_runs_inside() -> None:
    host = Host()
    loop = inside(lambda *args, **kwargs: (host.depth, args, kwargs), host)
    assert loop(1, a=2) == (1, (1,), {"a": 2})
    assert host.depth == 0
    assert elsewhere(lambda: loop(1)) == (0, (1,), {})  # the thread's own
    assert host.calls == 0


def test_loop_is_carried() -> None:
    """From another thread, by the host's call()."""
    host = Host()
    loop = inside(lambda: host.depth, host, carried=True)
    assert loop() == 1
    assert host.calls == 0

    class Elsewhere(Host):
        """Another thread than the GUI's, until it calls."""

        def is_here(self) -> bool:
            return self.calls > 0

    there = Elsewhere()
    assert inside(lambda: there.depth, there, carried=True)() == 1
    assert there.calls == 1


def test_loop_in_another_context() -> None:
    host = Host()
    depths: list[int] = []

    @contextmanager
    def twice() -> Iterator[None]:
        with host.nested_loop(), host.nested_loop():
            yield

    inside(lambda: depths.append(host.depth), host, twice)()
    assert depths == [2]


def test_loop_in_another_thread_ends_by_ctrl_c() -> None:
    host = Host()

    class Loop:
        def __init__(self) -> None:
            self.looks: list[Callable[[], None]] = []
            self.quits = 0

        def quit(self) -> None:
            self.quits += 1

    @contextmanager
    def looking(loop: Loop, look: Callable[[], None]) -> Iterator[None]:
        loop.looks.append(look)
        yield
        loop.looks.clear()

    def run(loop: Loop, status: int) -> int:
        for look in loop.looks:
            look()
            assert loop.quits == 0
            host.interrupted = True
            look()
        return status

    loop = Loop()
    run_loop = interruptible(run, host, looking)
    assert run_loop(loop, 5) == 5  # on the GUI thread nobody looks
    assert loop.quits == 0
    assert elsewhere(lambda: run_loop(loop, 6)) == 6
    assert loop.quits == 1
    assert loop.looks == []

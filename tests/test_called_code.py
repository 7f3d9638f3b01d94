"""Which code on a stack an event loop has called: what Ctrl-C may end there."""

from __future__ import annotations

import sys
import threading
import time
import types
from collections.abc import Callable

from gshell.gui.called_code import CalledCode, called_by_loop, runs_events
from tests.terminal import wait_until

Found = list[types.FrameType | None]


@runs_events
def loop(function: Callable[[], object]) -> object:
    """An event loop of ours, which calls a function."""
    return function()


def here() -> types.FrameType | None:
    return called_by_loop(sys._getframe(1))


def test_nothing_runs() -> None:
    assert here() is None
    assert called_by_loop(None) is None


def test_idle() -> None:
    assert loop(lambda: called_by_loop(sys._getframe(1))) is None


def test_users_code() -> None:
    found: Found = []

    def inner() -> None:
        found.append(here())

    def slot() -> None:
        found.append(sys._getframe())
        inner()

    loop(slot)
    assert found[0] is found[1]


def test_innermost_loop() -> None:
    found: Found = []

    def dialog() -> None:
        loop(slot)
        found.append(here())

    def slot() -> None:
        found.append(sys._getframe())
        found.append(here())

    loop(dialog)
    assert found[0] is found[1]
    assert found[2] is not None and found[2].f_code is dialog.__code__


def make(name: str, file: str, function: Callable[[], object]) -> Callable[[], object]:
    """A function of a module `name` in `file`, which calls another one."""
    names = {"__name__": name, "function": function}
    exec(compile("def there(): return function()", file, "exec"), names)
    return names["there"]  # type: ignore[return-value]


def test_toolkits_functions_are_not_the_users() -> None:
    code = make("__main__", "script.py", here)
    between = make("tkinter", "tkinter/__init__.py", code)
    frame = loop(between)
    assert isinstance(frame, types.FrameType) and frame.f_code.co_filename == "script.py"
    assert loop(make("gi.overrides.GLib", "GLib.py", lambda: called_by_loop(sys._getframe(1)))) is None


def test_our_own_functions_are_not_the_users() -> None:
    own = sys.modules["gshell"].__file__
    assert own is not None
    assert loop(make("gshell.plotting.turns", own, here)) is None
    assert loop(make("tkinter", "tkinter/__init__.py", make("gshell.gui.thread", own, here))) is None
    assert loop(make("__main__", "script.py", make("gshell.gui.thread", own, here))) is not None


class Loop:
    """A thread with an event loop, which calls functions."""

    def __init__(self) -> None:
        self.raised: list[BaseException] = []
        self.function: Callable[[], object] = lambda: None
        self.calls = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int:
        return self._thread.ident or 0

    @runs_events
    def _run(self) -> None:
        while True:
            self.calls += 1
            try:
                self.function()
            except KeyboardInterrupt as error:
                self.function = lambda: time.sleep(0.001)
                self.raised.append(error)


def test_code_that_does_not_end_is_ended_once() -> None:
    thread = Loop()
    code = CalledCode(thread.ident, lambda: False)
    begun = threading.Event()

    def forever() -> None:
        begun.set()
        while True:
            pass

    thread.function = forever
    assert begun.wait(30)
    for _ in range(3):
        code.press()
    wait_until(lambda: thread.raised, "the exception")
    before = thread.calls
    wait_until(lambda: thread.calls > before + 1000, "the loop to go on")
    assert len(thread.raised) == 1


def test_code_that_is_called_again_and_again_is_not_ended() -> None:
    thread = Loop()
    code = CalledCode(thread.ident, lambda: False)
    thread.function = lambda: sum(range(1000))
    before = thread.calls
    for turn in range(20):
        code.press()
        wait_until(lambda: thread.calls > before + 200 * turn, "the loop to go on")  # noqa: B023
    assert not thread.raised
    thread.function = lambda: time.sleep(0.001)

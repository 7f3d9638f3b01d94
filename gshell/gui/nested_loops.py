"""Functions that run an event loop inside the one that runs: modal dialogs, `update()`, loops that user code makes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import Host
from gshell.threads.protection import protected

LOOK = 0.05
"""Seconds between two looks whether a loop is to be ended by Ctrl-C."""


def inside(
    function: Callable[..., Any],
    host: Host,
    nested_loop: Callable[[], AbstractContextManager[object]] | None = None,
    *,
    carried: bool = False,
) -> Callable[..., Any]:
    """`function`, run inside `nested_loop()` on the GUI thread; that is `host.nested_loop()` unless it is given.

    In another thread it runs just so, its event loop is the thread's own; or (`carried`) on the GUI thread, too.
    """
    within = nested_loop or host.nested_loop

    @runs_events
    @functools.wraps(function, assigned=("__name__", "__doc__"))  # functions written in C have no more
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not host.is_here():
            return host.call(lambda: wrapper(*args, **kwargs)) if carried else function(*args, **kwargs)
        with within():
            return function(*args, **kwargs)

    return wrapper


def interruptible(
    function: Callable[..., Any],
    host: Host,
    looking: Callable[[Any, Callable[[], None]], AbstractContextManager[object]],
) -> Callable[..., Any]:
    """`function`, which runs an event loop, its first argument; in another thread than the GUI's it ends by Ctrl-C.

    It waits in C, where a signal is noted and nothing more.  What a callback raises in there is printed and ends
    nothing.  So a timer of the loop's has it come back to Python, and the KeyboardInterrupt is kept until the loop has
    ended.  `looking(loop, look)` has the loop call `look()` every LOOK seconds meanwhile.
    """

    @runs_events
    @protected
    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(loop: Any, *args: Any) -> Any:
        if host.is_here():
            return function(loop, *args)

        def look() -> None:
            if host.interrupted:
                loop.quit()

        with looking(loop, look):
            return function(loop, *args)

    return wrapper


def ended_by_giving_up(
    function: Callable[..., Any],
    host: Host,
    looking: Callable[[Any, Callable[[], None]], AbstractContextManager[object]],
) -> Callable[..., Any]:
    """The same for the GUI thread: the loop ends when Ctrl-C was pressed in the command that waits for what runs there.

    KeyboardInterrupt is raised in that command then.
    """

    @runs_events
    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(loop: Any, *args: Any) -> Any:
        def look() -> None:
            if host.given_up:
                loop.quit()

        if not host.is_here():
            return function(loop, *args)
        with looking(loop, look):
            return function(loop, *args)

    return wrapper

"""What a toolkit's own classes ask of the session, when threads other than the GUI's use them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol, TypeVar

from gshell.gui.thread import GuiThread
from gshell.imports_together import held_back
from gshell.native_threads import get_ident
from gshell.own_imports import import_named, is_shells

T = TypeVar("T")


class Access(Protocol):
    """The way to the GUI thread.  All of it is for any thread."""

    @property
    def ident(self) -> int:
        """The GUI thread's, as threading.get_ident() has it; 0 if there is none."""

    @property
    def gone(self) -> bool:
        """Whether this is a forked child, which has no GUI thread."""

    @property
    def one_toolkit(self) -> bool:
        """Whether programs can have no application of their own: the session has windows, of this or another."""

    def is_worker(self) -> bool:
        """Whether the calling thread is the worker."""

    def start(self, what: str = "application", /) -> object:
        """Make the application if there is none yet.  Raises RuntimeError if there can't be one, which `what` needs."""

    def __hash__(self) -> int:
        """Of this one."""

    def run(self, function: Callable[[], T], /) -> T:
        """Run what the user has asked for on the GUI thread, with the application there; return its result."""

    def assert_may_make(self, what: str, /) -> None:
        """Raise RuntimeError where no window `what` can be made: in other threads than the GUI's."""


class WithWindows:
    """The toolkit is the session's."""

    one_toolkit = True

    def __init__(self, gui: GuiThread, is_worker: Callable[[], bool]) -> None:
        """On the GUI thread."""
        self.ident = get_ident()
        self.is_worker = is_worker
        self.assert_may_make = gui.assert_widget_thread
        self._gui = gui

    @property
    def gone(self) -> bool:
        """Whether this is a forked child."""
        return self._gui.gone

    def start(self, what: str = "application") -> None:
        """Make the application if there is none yet.  Raises RuntimeError if there can't be one, which `what` needs."""
        if self._gui.start_toolkit() is None:
            raise RuntimeError(f"this {what} needs windows, and there are none: {self._gui.no_toolkit}")

    def run(self, function: Callable[[], T]) -> T:
        """Run what the user has asked for on the GUI thread, with the application there; return its result."""
        self.start()
        return self._gui.call(lambda: self._gui.run_users(function))

    def imports_there(self) -> bool:
        """Whether the GUI thread is to import what the calling thread wants of the toolkit.

        Not for a thread that code of the user's on the GUI thread may wait for, so for the worker only once such code
        may run there.
        """
        gui = self._gui
        return gui.has_toolkit and not gui.is_here() and (self.is_worker() or not gui.runs_toolkit)

    def import_there(self, name: str, others: Sequence[str]) -> None:
        """Import a module on the GUI thread, for the user or the shell, whoever has asked.  Raises what that raises.

        And before it `others`, those that are installed: no thread gets one of all these until all are there.
        """
        load = importlib.import_module if is_shells(sys._getframe(1)) else import_named

        def load_all() -> None:
            with held_back(others):
                for other in others:
                    with suppress(ImportError):
                        load(other)
                load(name)

        self._gui.call(load_all)


class WithoutWindows:
    """The session has no windows of the toolkit's: what needs them is an error that says why, and not the end."""

    ident = 0
    gone = False

    def __init__(self, reason: str, *, one_toolkit: bool) -> None:
        """`reason` is the end of "this QLabel needs ..."; `one_toolkit`: see Access."""
        self._reason = reason
        self.one_toolkit = one_toolkit

    def is_worker(self) -> bool:
        """No thread is treated differently."""
        return False

    def start(self, what: str = "application") -> NoReturn:
        """Raises RuntimeError."""
        self.assert_may_make(what)

    def run(self, function: Callable[[], T]) -> T:
        """Raises RuntimeError."""
        self.assert_may_make("function")

    def assert_may_make(self, what: str) -> NoReturn:
        """Raises RuntimeError."""
        raise RuntimeError(f"this {what} needs {self._reason}")

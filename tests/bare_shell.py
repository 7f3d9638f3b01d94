"""A shell without threads, windows or a terminal, in the thread of the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn, TypeVar

from gshell.magics.session import SessionMagics
from gshell.settings import Settings
from gshell.shell.errors import UsageError
from gshell.shell.history import History
from gshell.shell.shell import Shell

T = TypeVar("T")


class BareHost:
    """There is nothing around it."""

    toolkit = ""
    backends: Sequence[str] = ()

    def use_backend(self, name: str) -> str:
        raise ImportError("there are no figures")

    def is_toolkit(self, wanted: str, name: str) -> bool:
        return wanted == name

    def how_to_choose(self, wanted: str) -> str:
        return ""

    def builds_application(self, source: bytes) -> str:
        return ""

    def on_gui(self, function: Callable[[], T]) -> T:
        return function()

    def script(self) -> AbstractContextManager[None]:
        return nullcontext()

    def at_terminal(self) -> AbstractContextManager[None]:
        return nullcontext()

    line_editor = None

    @property
    def kept(self) -> NoReturn:
        raise UsageError("nothing is kept")

    def before_command(self) -> None:
        pass

    def repair(self) -> None:
        pass

    def after_command(self) -> None:
        pass


class NoInterrupts:
    """Nobody presses Ctrl-C."""

    def deliver(self) -> None:
        pass

    def raised_within(self, seconds: float) -> bool:
        return False

    def answered(self) -> None:
        pass


def bare_shell(host: BareHost | None = None) -> Shell:
    """A shell whose history is in memory.  It is not the process's own: nothing of Python's is changed."""
    return Shell(
        Settings(),
        history=History(tell=print),
        host=host or BareHost(),
        interrupts=NoInterrupts(),
        magics=SessionMagics,
    )

"""Who the shell works for: what a session gives it, or a program of somebody else's that shows the prompt.

The shell knows no threads, no windows and no terminal.  What it needs of them is here, as protocols; the session
(session/host.py) and embed() in plain Python (embed_in_python.py) implement them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from gshell.shell.completion import Completion

T = TypeVar("T")


class NoLineEditor(Exception):
    """There is nobody any more who edits lines."""


class LineEditor(Protocol):
    """Who edits a line for the debugger."""

    def visit(self) -> AbstractContextManager[None]:
        """Entered while several lines are read, between which nobody else is to have the terminal."""
        ...

    def read(self, prompt: str, complete: Callable[[str, int], list[Completion]]) -> str:
        """Have the user type a line.  From any thread.

        Raises EOFError for Ctrl-D, KeyboardInterrupt for Ctrl-C, NoLineEditor if the prompt has gone meanwhile and the
        terminal can be read as input() does.
        `complete(text, cursor)` says what can follow; it is called in another thread.
        """
        ...

    def go_on(self) -> None:
        """The code of the calling thread goes on, and reads no more lines soon."""
        ...


class KeptSessions(Protocol):
    """What can be done with sessions.  In the worker, as the user's code; raises UsageError."""

    def save(self, name: str) -> None:
        """Keep the session as it is now, under a name (empty: as it is kept anyway)."""
        ...

    def restore(self, name: str) -> None:
        """Have what was kept of one; empty: of the last."""
        ...

    def undo(self) -> None:
        """Have the values as they were in the snapshot before."""
        ...

    def list_all(self) -> None:
        """Say which there are."""
        ...

    def show(self, name: str) -> None:
        """Say what is in one; empty: in this one."""
        ...

    def delete(self, name: str) -> None:
        """Delete one."""
        ...


class Host(Protocol):
    """What is around the shell.  Called in the worker, where nothing else is said."""

    @property
    def toolkit(self) -> str:
        """Which toolkit's windows there are; empty if none."""
        ...

    @property
    def backends(self) -> Sequence[str]:
        """Names that use_backend() takes."""
        ...

    def use_backend(self, name: str) -> str:
        """Switch matplotlib's backend, named so or by its toolkit; return the name of the one that is used then.

        Raises ImportError or ValueError if that can't be done.
        """
        ...

    def is_toolkit(self, wanted: str, name: str) -> bool:
        """Whether the toolkit `name` is what a user calls `wanted`."""
        ...

    def how_to_choose(self, wanted: str) -> str:
        """What one has to type to have the toolkit that a user calls `wanted`; empty if there is no way."""
        ...

    def builds_application(self, source: bytes) -> str:
        """By which name a program builds an application of the toolkit, so that it belongs on the GUI thread."""
        ...

    def on_gui(self, function: Callable[[], T]) -> T:
        """Run the user's function on the GUI thread; return what it returns, or raise what it raises."""
        ...

    def script(self) -> AbstractContextManager[None]:
        """Entered while a script runs."""
        ...

    def at_terminal(self) -> AbstractContextManager[None]:
        """Entered while somebody reads many lines from the terminal, which is theirs meanwhile."""
        ...

    @property
    def line_editor(self) -> LineEditor | None:
        """Who edits a line that is no cell; None: it is read as input() does.  From any thread."""
        ...

    @property
    def kept(self) -> KeptSessions:
        """The sessions that are kept on the disk.  Raises UsageError if this one is not for that."""
        ...

    def before_command(self) -> None:
        """A command begins."""
        ...

    def repair(self) -> None:
        """A command has ended, and nothing is shown yet: put back what the shell needs."""
        ...

    def after_command(self) -> None:
        """A command has ended, and what it had to say is shown."""
        ...


class Interrupts(Protocol):
    """Ctrl-C, as the code that runs commands sees it.  In the worker."""

    def deliver(self) -> None:
        """Raise the KeyboardInterrupt that is due, if one is."""
        ...

    def raised_within(self, seconds: float) -> bool:
        """Whether KeyboardInterrupt was raised in the command in the last so many seconds."""
        ...

    def answered(self) -> None:
        """A prompt within the command has answered KeyboardInterrupt, and the command may go on."""
        ...

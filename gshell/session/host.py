"""What a session does for its shell: the shell's Host (shell/host.py), made of threads, figures and terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from gshell.gui import choose
from gshell.gui.thread import GuiThread
from gshell.plotting.backend_names import BACKENDS
from gshell.plotting.install import Plotting
from gshell.session.lazily import Lazily
from gshell.session.survival import Survival
from gshell.session.uncaught import Uncaught
from gshell.shell.host import KeptSessions, LineEditor
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.console.at_terminal import AtTerminal

T = TypeVar("T")


class SessionHost:
    """The windows, the figures and the terminal, as the shell sees them."""

    backends: Sequence[str] = BACKENDS

    def __init__(
        self,
        gui: GuiThread,
        plotting: Plotting,
        terminal: Lazily[AtTerminal],
        uncaught: Uncaught,
        survival: Survival,
    ) -> None:
        self._gui = gui
        self._plotting = plotting
        self._terminal = terminal
        self._uncaught = uncaught
        self._survival = survival

    @property
    def toolkit(self) -> str:
        """Which toolkit's windows the session has; empty if none."""
        return self._gui.toolkit_name if self._gui.has_toolkit else ""

    def use_backend(self, name: str) -> str:
        """Switch matplotlib's backend.  Raises ImportError if that can't be done."""
        return self._plotting.use_backend(name)

    def is_toolkit(self, wanted: str, name: str) -> bool:
        """Whether the toolkit `name` is what a user calls `wanted`."""
        return choose.is_meant(wanted, name)

    def how_to_choose(self, wanted: str) -> str:
        """What one has to type to have the toolkit that a user calls `wanted`."""
        names = [name for name in choose.NAMES if wanted == name or (wanted and choose.is_meant(wanted, name))]
        return f"gshell --gui {names[0]}" if names else ""

    def builds_application(self, source: bytes) -> str:
        """By which name a program builds an application of the session's toolkit."""
        name = self._gui.toolkit_name
        return choose.builds_application(name, source) if name else ""

    def on_gui(self, function: Callable[[], T]) -> T:
        """Run the user's `function()` on the GUI thread, with the toolkit there.  From any thread."""
        self._gui.start_toolkit()
        return self._gui.call(lambda: self._gui.run_users(function))

    def script(self) -> AbstractContextManager[None]:
        """A script runs meanwhile: plots appear when it says so, or at its end."""
        return self._plotting.script()

    def at_terminal(self) -> AbstractContextManager[None]:
        """Somebody reads many lines from the terminal meanwhile."""
        terminal = self._terminal.made
        return nullcontext() if terminal is None else terminal.handed_over()

    @property
    def line_editor(self) -> LineEditor | None:
        """The prompt, which edits a line for somebody else."""
        terminal = self._terminal.made
        return None if terminal is None else terminal.line_editor

    @property
    def kept(self) -> KeptSessions:
        """The sessions that are kept on the disk.  Raises UsageError if this one is not for that."""
        return self._survival.commands()

    def before_command(self) -> None:
        """A command begins.  In the worker."""
        self._survival.began()

    def repair(self) -> None:
        """Put back what the user's code may have broken.  In the worker."""
        self._uncaught.repair()
        terminal = self._terminal.made
        if terminal is not None:
            terminal.repair()

    def after_command(self) -> None:
        """Redraw the figures that a command has changed.  In the worker."""
        self._survival.ended()
        self._plotting.after_command()

    def say(self, message: str) -> None:
        """Say something to the user, above the prompt if there is one.  From any thread."""
        terminal = self._terminal.made
        if terminal is None:
            show(message, file=sys.stderr)
        else:
            terminal.say(message)

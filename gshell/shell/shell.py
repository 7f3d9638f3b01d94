"""The shell's language side, put together: what the session runs, and what magics use.

The parts know each other from below to above: the namespace; the display of values; commands (what it takes to run a
piece of the user's code); cells and scripts.  Who the shell works for is in host.py.  Magics are above all of it.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from gshell.settings import Settings
from gshell.shell.caller import Caller
from gshell.shell.cells import Cells
from gshell.shell.children import Children
from gshell.shell.commands import Commands
from gshell.shell.definitions import Definitions
from gshell.shell.display import Display
from gshell.shell.exit import Exit, Leave, last_words, status_of
from gshell.shell.history import History
from gshell.shell.host import Host, Interrupts
from gshell.shell.known_magics import Magics
from gshell.shell.live_names import LiveNames
from gshell.shell.namespace import Namespace
from gshell.shell.notebook import Notebook
from gshell.shell.outcome import Outcome
from gshell.shell.script import Scripts
from gshell.shell.transform import CALL
from gshell.threads.protection import protected


class Shell:
    """Runs cells and scripts in one namespace.  In the worker, all of it.

    Its parts are attributes, for magics; nobody sets one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        history: History,
        host: Host,
        interrupts: Interrupts,
        magics: Callable[[Shell], Magics],
    ) -> None:
        """`magics` makes those of this shell, which it is given."""
        self.settings = settings
        self.history = history
        self.host = host
        self.magics = magics(self)
        self.names = Namespace()
        self.names.give(self.magics.names())
        self.display = Display(self.names, settings)
        self.commands = Commands(settings, host, interrupts, self.names)
        self._definitions, self.live = Definitions(), LiveNames()
        self.cells = Cells(
            settings, self.names, self.display, history, self.magics, self.commands.loop, self._definitions, self.live
        )
        self._children = Children(self.names, self._definitions)
        self.scripts = Scripts(
            self.names, host, self.magics, self.commands, self._definitions, self.live, self._children
        )
        self._notebook = Notebook(self)
        self.cells.before.listen(self.live.exchange)
        self.cells.after.listen(self.live.exchange)

    @property
    def namespace(self) -> dict[str, Any]:
        """The names in which cells run, and what they stand for; in a look, those of the code that is looked at."""
        return self.names.names

    # Being the process's shell.

    def install(self) -> None:
        """Become the process's shell: its `__main__`, its displayhook, its `exit`.  Once, at start."""
        sys.modules["__main__"] = self.names.module
        self.display.fit_new_modules()
        self.commands.breakpoints.install()
        self._children.install()
        for owner, name, value in self.hooks():
            setattr(owner, name, value)

    def hooks(self) -> list[tuple[ModuleType, str, object]]:
        """What cells need: modules of Python's, the names of attributes, and their values."""
        return [
            (sys, "displayhook", self.display),
            (builtins, "exit", Exit("exit")),
            (builtins, "quit", Exit("quit")),
            (builtins, CALL, self.call_magic),
            (builtins, "get_ipython", lambda: self._notebook),
            (builtins, "display", self.display.show),
        ]

    def call_magic(self, name: str, line: str, body: str | None = None) -> Any:
        """What a magic in a cell, or in a function of the user's, has become.

        Tracebacks and the debugger leave out its caller's line, by the name of this function.
        """
        caller = sys._getframe(1)
        names = caller.f_globals
        if caller.f_locals is not names:
            names = {**names, **caller.f_locals}
        return self.magics.call(name, line, body, names)

    def child_ended(self, status: int) -> None:
        """A command of the system's has ended: its exit status, negative for a signal, is in _exit_code."""
        self.namespace["_exit_code"] = status
        self.commands.note_status(status)

    @contextmanager
    def nested(self, caller: Caller) -> Iterator[None]:
        """Meanwhile cells run in the names of `caller`, within the command that runs.  In the worker."""

        def fetch(names: dict[str, Any]) -> None:
            caller.fetch()

        before, after = self.cells.before, self.cells.after
        with self.commands.nested() as undo:
            undo.enter_context(self.names.exchanged(caller.module))
            caller.fetch()
            undo.callback(before.ignore, fetch)
            before.listen(fetch, first=True)
            undo.callback(after.ignore, caller.store)
            after.listen(caller.store)
            yield

    def end(self) -> None:
        """Give back what it holds.  At the end of the session, or of embed(); it may go on afterwards."""
        self.history.close()
        self.commands.loop.forget()

    # Commands.

    @protected
    def run_cell(self, text: str) -> Outcome:
        """Run what was typed at the prompt."""
        number = self.cells.begin(text)
        return self._run(lambda: self.cells.run_begun(number, text), in_prompt=True)

    @protected
    def run_code(self, text: str, arguments: list[str]) -> Outcome:
        """Run `-c text`, as `python -c` does."""
        sys.argv = ["-c", *arguments]
        linecache.cache["<string>"] = (len(text), None, text.splitlines(keepends=True), "<string>")
        with suppress(SyntaxError, ValueError):  # the compiler will say it
            self._definitions.note(ast.parse(text), text, "<string>")
        return self.run_function(lambda: exec(compile(text, "<string>", "exec", dont_inherit=True), self.namespace))

    @protected
    def run_file(self, path: str, arguments: list[str], *, on_gui: bool = False, tell_status: bool = False) -> Outcome:
        """Run a script, as `python path` does; `on_gui`: on the GUI thread.

        `tell_status`: say its exit status, as there is a prompt afterwards.
        """

        def run() -> None:
            try:
                self.scripts.run(path, arguments, on_gui=on_gui)
            except Leave:
                raise
            except SystemExit as end:
                last_words(end, tell_status=tell_status)
                raise SystemExit(status_of(end)) from None

        return self.run_function(run)

    @protected
    def run_startup(self, paths: Iterable[Path]) -> Outcome:
        """Run the user's startup files in the session's namespace; one that raises does not keep the others away."""
        self.magics.known()  # so that the user's magics come after the shell's own, and can replace them
        for path in paths:
            # Not as other commands: behind the prompt, which would miss a text that one of them has for the next.
            self.commands.run(lambda path=path: self.scripts.run(str(path), [], share=True), in_prompt=False)  # type: ignore[misc]
        self.names.hide(self.namespace)
        return Outcome()

    @protected
    def run_function(self, function: Callable[[], object]) -> Outcome:
        """Run a function as a command of its own."""
        return self._run(function, in_prompt=False)

    @protected
    def recover(self) -> Outcome:
        """Put things in order after a command that was abandoned.  In the new worker."""
        return self._with_prompt(self.commands.recover())

    @protected
    def _run(self, command: Callable[[], object], *, in_prompt: bool) -> Outcome:
        return self._with_prompt(self.commands.run(command, in_prompt=in_prompt))

    @protected
    def _with_prompt(self, outcome: Outcome) -> Outcome:
        """The outcome of a command, and what the prompt after it looks like."""
        return replace(outcome, number=self.cells.next_number, next_input=self.cells.take_next_input())

"""`embed()` in plain Python: a console thread beside a program of somebody else's, whose main thread runs the cells.

That thread has the main-thread role by itself, so Ctrl-C stops a cell here as it does in the shell, and what belongs to
one thread (an SQLite connection, a window) can be used.  The price is that the program's windows stand still while a
cell runs; `gshell script.py` instead of `python script.py` has them live.

Afterwards the process is as it was: its hooks, its signal handlers, its streams.
"""

from __future__ import annotations

import os
import pdb
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cache
from types import FrameType, ModuleType
from typing import Any, NoReturn, TypeVar

from gshell.console.at_terminal import AtTerminal
from gshell.console.chase import Reach
from gshell.console.thread import start
from gshell.imports import attending, when_imported
from gshell.magics.session import SessionMagics
from gshell.native_threads import get_ident
from gshell.paths import history_file, settings_file
from gshell.plotting.backend_names import BACKENDS
from gshell.plotting.install import interactively
from gshell.plotting.plain_backend import use_plain_backend
from gshell.settings import load
from gshell.shell.breakpoints import break_here
from gshell.shell.caller import Caller
from gshell.shell.errors import UsageError
from gshell.shell.history import History
from gshell.shell.host import LineEditor
from gshell.shell.running import RunningCommand, Surroundings
from gshell.shell.shell import Shell
from gshell.streams import show
from gshell.threads.c_handlers import CHandlers
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.right_of_way import RightOfWay
from gshell.threads.role import NUDGE, WAKE, Role
from gshell.threads.wakeup import ring, wakeup_pipe
from gshell.threads.worker import Worker

EVENTS = 0.02
"""Seconds between two looks at the events of the program's windows, while the prompt waits."""
_SIGNALS = (signal.SIGINT, signal.SIGQUIT, NUDGE, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGCONT)
_MISSING = object()
_NOTHING_ELSE = Reach(on_press=lambda: None, on_silence=lambda: None, give_up="")
"""There is no GUI thread that Ctrl-C would have to reach, and no other thread that the program could go on in."""

T = TypeVar("T")


def embed_alone(frame: FrameType) -> None:
    """Show the prompt on the names of the code in `frame` until the user leaves it.  In the main thread.

    Raises RuntimeError in any other.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("embed() in another thread than the main thread")
    with attending():
        _alone().embed(frame)


class _Here(Worker):
    """Runs commands in the main thread, and shows the program's windows while there are none."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__(Role(), interrupts, Gate(lambda: interrupts.pending_for(1.0)))
        self.thread = threading.main_thread()

    def _wait(self) -> None:
        while True:
            figures = _figures()
            try:
                self._wake.get(timeout=EVENTS if figures else None)
                return
            except queue.Empty:
                for manager in figures:
                    manager.canvas.flush_events()

    def abandon(self) -> bool:
        return False  # there is no other thread that the program could go on in


def _figures() -> list[Any]:
    """The figure managers that pyplot knows."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return list(helpers.Gcf.get_all_fig_managers()) if helpers is not None else []


class _Host:
    """What is around the shell in a program of somebody else's: its terminal, and matplotlib as it is."""

    toolkit = ""
    backends: Sequence[str] = BACKENDS

    def __init__(self, terminal: Callable[[], AtTerminal]) -> None:
        self._terminal = terminal

    def use_backend(self, name: str) -> str:
        """Switch to matplotlib's backend `name`; return its name.  Raises ImportError if that can't be done."""
        return use_plain_backend(name)

    def is_toolkit(self, wanted: str, name: str) -> bool:
        """Whether it is, by name: the shell has none here."""
        return wanted == name

    def how_to_choose(self, wanted: str) -> str:
        """There is no way: the program has chosen."""
        return ""

    def builds_application(self, source: bytes) -> str:
        """In none that would have to run elsewhere: there is one thread."""
        return ""

    def on_gui(self, function: Callable[[], T]) -> T:
        """Here: it is the thread of the program's windows, too."""
        return function()

    def script(self) -> AbstractContextManager[None]:
        """Scripts are nothing special."""
        return nullcontext()

    def at_terminal(self) -> AbstractContextManager[None]:
        """Somebody reads many lines from the terminal meanwhile."""
        return self._terminal().handed_over()

    @property
    def line_editor(self) -> LineEditor | None:
        """The prompt, which edits a line for somebody else."""
        terminal = self._terminal()
        return terminal.line_editor

    @property
    def kept(self) -> NoReturn:
        """The program is not the shell's: it is not kept."""
        raise UsageError("the session of a program that Python runs is not kept on the disk")

    def before_command(self) -> None:
        """Nobody wants to know."""

    def repair(self) -> None:
        """Have streams again, if the user's code has closed them."""
        self._terminal().repair()

    def after_command(self) -> None:
        """matplotlib draws by itself, when events are handled (_Here)."""

    def say(self, message: str) -> None:
        """Say something to the user, above the prompt.  From any thread."""
        self._terminal().say(message)


@cache
def _alone() -> _Alone:
    return _Alone()


def _surroundings(own_lines: Callable[[], AbstractContextManager[None]]) -> Surroundings:
    """What looks at a cell have around them here: there is one thread, and no windows of the shell's."""
    ident = get_ident()
    return Surroundings(lambda: ident, nullcontext, lambda visit: None, lambda: None, nullcontext, own_lines)


class _Alone:
    """What every embed() of a process has in common."""

    def __init__(self) -> None:
        self._wakeup_read, wakeup_write = wakeup_pipe()
        self._interrupts = interrupts = Interrupts(wakeup_write)
        settings, notes = load(settings_file())
        for note in notes:
            show(note, file=sys.stderr)
        host = _Host(lambda: self._terminal)
        self._shell = Shell(
            settings,
            history=History(history_file(), tell=host.say),
            host=host,
            interrupts=interrupts,
            magics=SessionMagics,
        )
        self._terminal = AtTerminal(
            self._shell,
            lambda: "embedded",
            _NOTHING_ELSE,
            lambda: ring(wakeup_write),
            lambda: 0,
            RightOfWay(),
            RunningCommand(self._shell, interrupts, _surroundings(lambda: self._terminal.own_lines())),
            breaks_reads=True,
        )
        self._at_prompt = False
        when_imported("matplotlib", lambda module: module.interactive(True) if self._at_prompt else None)

    def embed(self, frame: FrameType) -> None:
        here = _Here(self._interrupts)
        terminal = self._terminal
        console = terminal.nested_console(here, self._interrupts, self._wakeup_read)
        status: list[int] = []
        threads: list[threading.Thread] = []

        def on_end(how: int) -> None:
            status.append(how)
            here.end_nest()

        with self._signals(), self._hooks(), interactively(True, otherwise=False), self._shell.nested(Caller(frame)):
            try:
                terminal.install()
                self._at_prompt = True
                here.nest(lambda: threads.append(start(console, on_end)))
            finally:
                self._at_prompt = False
                for thread in threads:
                    thread.join()
                terminal.uninstall()
                self._shell.end()
                self._shell.display.fit_no_more()
        if console.told_to_leave:  # by a signal that was meant for the program
            os.kill(os.getpid(), status[0] - 128)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Handle signals as the shell does; afterwards the program's handlers are there again."""
        handlers = {signum: signal.getsignal(signum) for signum in _SIGNALS}
        below = CHandlers((*_SIGNALS, WAKE))
        fd = signal.set_wakeup_fd(-1)
        self._interrupts.install(role=True)
        self._interrupts.adopt()
        try:
            yield
        finally:
            self._interrupts.uninstall()
            for signum, handler in handlers.items():
                if handler is not None:  # None: it was not installed by Python code
                    signal.signal(signum, handler)
            below.put_back()
            signal.set_wakeup_fd(fd)

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        """Have Python's hooks be the shell's; afterwards they are the program's again."""
        hooks: list[tuple[ModuleType, str, object]] = [
            *self._shell.hooks(),
            (sys, "unraisablehook", self._interrupts.unraisable),
            (sys, "breakpointhook", break_here),
            (sys, "excepthook", self._on_uncaught),
        ]
        with ExitStack() as undo:
            for owner, name, value in hooks:
                undo.callback(_put_back, owner, name, getattr(owner, name, _MISSING))
                setattr(owner, name, value)
            for name in ("Pdb", "_PdbServer"):  # the second from 3.14 on
                undo.callback(_put_back, pdb, name, getattr(pdb, name, _MISSING))
            self._shell.commands.breakpoints.replace_debugger(pdb)
            yield

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        self._shell.commands.show_exception(error.with_traceback(trace))


def _put_back(owner: ModuleType, name: str, value: object) -> None:
    if value is _MISSING:
        vars(owner).pop(name, None)
    else:
        setattr(owner, name, value)

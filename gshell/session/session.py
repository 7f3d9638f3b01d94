"""The parts of a session, and how they are connected.  The one place that knows all of them.

OS main thread     GuiThread.run(): the toolkit's event loop
console thread     Console.run(): prompt, keys, signals
worker thread      Worker: the user's code, in the main-thread role
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from gshell import cookbook, embedding, reserve
from gshell.console.batch import BatchConsole
from gshell.console.chase import Reach
from gshell.console.console import Console
from gshell.console.thread import start
from gshell.console.typed import control_key
from gshell.console.which_terminal import can_show_prompt
from gshell.gui.on_gui import set_gui_call
from gshell.gui.thread import GuiThread
from gshell.magics.session import SessionMagics
from gshell.paths import history_file, settings_file
from gshell.plotting.install import Plotting
from gshell.session.ending import Ending
from gshell.session.first_commands import FirstCommands, Options
from gshell.session.host import SessionHost
from gshell.session.lazily import Lazily
from gshell.session.line_editing import load_line_editing
from gshell.session.moment import SafePoint
from gshell.session.survival import Survival
from gshell.session.toolkit import use_toolkit
from gshell.session.uncaught import Uncaught
from gshell.settings import load
from gshell.shell import stdlib_patches
from gshell.shell.display import Display
from gshell.shell.history import History
from gshell.shell.queries import break_queries
from gshell.shell.running import RunningCommand, Surroundings
from gshell.shell.shell import Shell
from gshell.streams import show
from gshell.threads import abandon
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.right_of_way import RightOfWay
from gshell.threads.role import TO_WORKER, UNBROKEN, Role, has_gil
from gshell.threads.wakeup import ring, wakeup_pipe
from gshell.threads.worker import Worker

if TYPE_CHECKING:
    from gshell.console.at_terminal import AtTerminal

OVERDUE = 1.0
"""Seconds after which a worker that is parked goes on for an interrupt, although the GUI thread has not ended."""


class Session:
    """One run of the shell.  Make it on the OS main thread, before there are other threads."""

    def __init__(self, options: Options) -> None:
        self._options = options
        settings, self._notes = load(settings_file())
        # Threads.
        self._wakeup_read, self._wakeup_write = wakeup_pipe()
        role = Role()
        self._interrupts = Interrupts(self._wakeup_write)
        self._gate = Gate(gives_up=lambda: self._interrupts.pending_for(OVERDUE))
        self._worker = Worker(role, self._interrupts, self._gate)
        # Windows and figures.
        self._gui = GuiThread(
            self._gate, self._interrupts, programs_block=not options.interactive, leave=self._leave_within
        )
        self._right_of_way = RightOfWay()
        self._plotting = Plotting(
            self._gui, self._gate, self._forget_values, self._right_of_way, interactive=options.interactive
        )
        # The language, and the terminal.
        self._terminal = Lazily(self._make_terminal)
        self._uncaught = Uncaught(settings, self._interrupts.unraisable)
        self._survival = Survival(
            settings,
            lambda: self._shell,
            SafePoint(self._gui, self._gate),
            lambda text: self._host.say(text),
            interactive=options.interactive,
        )
        self._host = SessionHost(self._gui, self._plotting, self._terminal, self._uncaught, self._survival)
        self._shell = Shell(
            settings,
            history=History(history_file(), tell=self._host.say),
            host=self._host,
            interrupts=self._interrupts,
            magics=SessionMagics,
        )
        self._first = FirstCommands(options, self._shell, self._survival)
        self._reach = Reach(
            on_press=self._gui.break_off,
            on_silence=lambda: break_queries(self._worker.thread.ident or 0),
            give_up="abandon it" if options.interactive else "end the program",
        )
        self._ending = Ending(
            self._gui,
            self._worker,
            role,
            self._interrupts,
            self._shell,
            self._terminal,
            self._survival.last,
            interactive=options.interactive,
        )

    def run(self) -> int:
        """Run to the end; return the exit status.  On the OS main thread."""
        self._take_the_process()
        options = self._options
        self._notes += use_toolkit(
            options.gui, self._gui, self._plotting, self._gate.is_worker, tell=options.interactive
        )
        try:
            self._worker.start()
            self._console_thread = console = start(self._make_console(), self._ending.on_console_end)
        except Exception as error:
            return self._ending.before_begin(error)
        try:
            try:
                self._gui.run()
            finally:
                status = self._ending.finish(console)
        except MemoryError:
            self._ending.out_of_memory()
        return status

    def _leave_within(self) -> NoReturn:
        """End the session where the GUI thread can't come back out of the toolkit's code.  On the OS main thread."""
        self._ending.finish_within(self._console_thread)

    def _make_console(self) -> Console:
        if self._worker.why_no_role and has_gil():
            self._notes.append(
                f"the main-thread role is not available ({self._worker.why_no_role}): Ctrl-C can't break {UNBROKEN}"
            )
        load_line_editing()
        if not reserve.keep() and self._options.interactive:  # the first figure, or completion, would be its end
            raise MemoryError("not even 24 MiB are free")
        self._console = self._prompt_console() if self._options.interactive else self._script_console()
        return self._console

    def _take_the_process(self) -> None:
        """Become what this process does: its signals' masks, its hooks, its `__main__`."""
        # These are for the worker.  The kernel gives a signal to any thread that does not block it, and starts with
        # this one; threads started from here (Qt's own, the console) inherit the mask.
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_WORKER)
        # PyGObject takes the thread of this name for the one that handles signals: that is the worker.
        threading.current_thread().name = "GUI"
        # Since 3.12 os.fork() warns in a process with several threads.  This one always has, and the warning would only
        # be about the shell.  Its threads hold no locks that a child needs, but for one: while another thread imports a
        # module, a child that imports the same waits for ever, as in every program with threads.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
        self._uncaught.install()
        cookbook.install()
        stdlib_patches.install()
        self._shell.install()
        self._prepare_forks()
        # Where Python put the directory of its own program (bin/, or that of `-m gshell`), the prompt has the current
        # one, as in plain Python, and a script has its own.
        sys.path[: 0 if sys.flags.safe_path else 1] = [""]
        set_gui_call(self._host.on_gui)
        embedding.set_session(self._embed)

    def _prepare_forks(self) -> None:
        """In a forked child there is the worker only; in what order the parts learn of it is the order here."""
        signals = self._interrupts.signals
        os.register_at_fork(before=signals.before_fork, after_in_parent=signals.forked)
        for function in (
            self._gate.retire,  # first: a pending call would park for a GUI thread that is not there
            self._interrupts.after_fork,
            self._gui.after_fork,
            self._plotting.after_fork,
            stdlib_patches.after_fork,
            abandon.after_fork,
            self._survival.after_fork,
            signals.forked,
        ):
            os.register_at_fork(after_in_child=function)

    def _forget_values(self, unwanted: Callable[[object], bool]) -> None:
        """Have the shell, which is made after what wants that, forget values that it has shown.  In the worker."""
        display: Display = self._shell.display
        display.forget(unwanted)

    # The kinds of console.

    def _script_console(self) -> Console:
        for note in self._notes:
            show(note, file=sys.stderr)
        parts = self._worker, self._interrupts, self._wakeup_read
        given = self._first.given()
        if not control_key(self._shell.settings.beside_key) or not can_show_prompt():
            return BatchConsole(*parts, self._reach, given)
        from gshell.console.script_console import ScriptConsole  # prompt_toolkit

        terminal = self._terminal.get()
        terminal.install()
        terminal.guard()
        return terminal.console(ScriptConsole, *parts, given)

    def _prompt_console(self) -> Console:
        terminal = self._terminal.get()
        terminal.install()

        def on_ready() -> None:
            """The prompt is on the screen: now there is time for what is slow to load."""
            terminal.warm_up()
            self._gui.post(self._start_toolkit)

        for note in [*self._notes, self._survival.word()]:
            if note:
                show(note)
        from gshell.console.prompt_console import PromptConsole

        return terminal.console(
            PromptConsole,
            self._worker,
            self._interrupts,
            self._wakeup_read,
            self._first.given(),
            on_ready=on_ready,
            behind_prompt=self._first.behind_prompt(),
        )

    def _make_terminal(self) -> AtTerminal:
        from gshell.console.at_terminal import AtTerminal  # prompt_toolkit: a script needs none

        return AtTerminal(
            self._shell,
            self._toolbar,
            self._reach,
            lambda: ring(self._wakeup_write),
            lambda: self._plotting.figures,
            self._right_of_way,
            RunningCommand(self._shell, self._interrupts, self._surroundings()),
            breaks_reads=not self._worker.why_no_role,
        )

    def _surroundings(self) -> Surroundings:
        """What looks at the running command have around them."""
        safe_point = SafePoint(self._gui, self._gate)
        return Surroundings(
            ident=lambda: self._worker.thread.ident or 0,
            waiting=self._gate.waiting,
            elsewhere=lambda visit: safe_point.visit(visit, self._worker.thread.ident or 0),
            end_elsewhere=self._gui.break_off,
            plotting=self._plotting.at_look,
            own_lines=lambda: self._terminal.get().own_lines(),
        )

    def _start_toolkit(self) -> None:
        """The prompt is on the screen: now there is time to load the toolkit.  On the GUI thread."""
        try:
            if self._gui.start_toolkit() is None and self._gui.no_toolkit:
                print(self._gui.no_toolkit, file=sys.stderr)
        finally:
            self._terminal.get().guard()  # afterwards: it takes its time, and the first window waits for the toolkit

    def _toolbar(self) -> str:
        """What the line under the prompt says: the toolkit, and what runs behind the prompt."""
        toolkit = "no windows" if self._gui.no_toolkit else self._gui.toolkit_name or "no windows"
        abandoned = self._worker.abandoned
        threads = "an abandoned thread still runs" if abandoned == 1 else f"{abandoned} abandoned threads still run"
        return toolkit + "  running" * self._interrupts.busy + f"  {threads}" * bool(abandoned)

    def _embed(self, frame: FrameType) -> None:
        """Have a prompt on the names of the code in `frame`, within the command that runs, until the user leaves it.

        In the worker.
        """
        from gshell.shell.caller import Caller  # no start needs it

        if not self._gate.is_worker():
            raise RuntimeError("embed() in another thread than the main thread, or in a callback of a window")
        terminal = self._terminal.get()
        console = terminal.nested_console(self._worker, self._interrupts, self._wakeup_read)
        outer, self._console = self._console, console
        with self._shell.commands.undoing() as undo, self._shell.nested(Caller(frame)):
            undo.callback(setattr, self, "_console", outer)
            undo.enter_context(self._plotting.at_prompt())
            if not terminal.is_installed:
                terminal.install()
                undo.callback(terminal.uninstall)
            self._worker.nest(lambda: outer.nest(console))
        if console.told_to_leave or self._shell.commands.silent:  # the session ends, and with it the program
            raise SystemExit

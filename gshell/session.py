"""A session: builds the three threads, connects them, and takes them down.  The one place that knows all.

OS main thread     GuiThread.run(): the toolkit's event loop
console thread     Console.run(): prompt, keys, signals
worker thread      Worker: the user's code, in the main-thread role
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import termios
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from gshell import cookbook, embedding
from gshell.console.console import BatchConsole, Console, start
from gshell.gui import choose
from gshell.gui.carried import set_gui_call
from gshell.gui.display import why_no_display
from gshell.gui.garbage import collect_on_gui_thread
from gshell.gui.system_exit import stay_after_system_exit
from gshell.gui.thread import GuiThread
from gshell.gui.toolkit import Toolkit
from gshell.imports import when_imported
from gshell.magics.pylab import fill_namespace
from gshell.paths import settings_file, startup_files
from gshell.plotting.install import Plotting
from gshell.settings import load
from gshell.shell import queries, stdlib_patches
from gshell.shell.shell import Outcome, Shell
from gshell.shell.tracebacks import print_exception
from gshell.threads.abandon import after_fork
from gshell.threads.async_exc import Abandoned
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.role import TO_WORKER, Role
from gshell.threads.wakeup import wakeup_pipe
from gshell.threads.worker import Worker

if TYPE_CHECKING:
    from gshell.console.at_terminal import AtTerminal

END = 1.5
"""Seconds that all threads together have to come to an end."""

LAST = 0.5
"""Seconds that exit functions have then, if a thread does not end."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    gui: str = "auto"
    """One of choose.NAMES."""
    pylab: bool = False
    code: str | None = None
    """Run this code, as `python -c` does."""
    script: str | None = None
    """Run this script ("-": from standard input)."""
    arguments: list[str] = field(default_factory=list)
    """The rest of sys.argv, for the code or script."""
    interactive: bool = True
    """Show a prompt, after the code or script if there is one."""


class Session:
    """One run of the shell.  Make it on the OS main thread, before there are other threads."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._role = Role()
        self._interrupts = Interrupts()
        self._gate = Gate(lambda: self._interrupts.pending_for(1.0))
        self._gui = GuiThread(self._gate, self._interrupts)
        settings, self._notes = load(settings_file())
        self._shell = Shell(settings)
        self._plotting = Plotting(self._gui, self._gate, interactive=options.interactive)
        self._wakeup_read, wakeup_write = wakeup_pipe()
        self._worker = Worker(self._role, self._interrupts, self._gate, wakeup_write)
        self._terminal: AtTerminal | None = None
        self._status = 1
        self._ending = threading.Event()

    def run(self) -> int:
        """Run to the end; return the exit status.  On the OS main thread."""
        # These are for the worker.  The kernel gives a signal to any thread that does not block it, and starts with
        # this one; threads started from here (Qt's own, the console) inherit the mask.
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_WORKER)
        # PyGObject takes the thread of this name for the one that handles signals: that is the worker.
        threading.current_thread().name = "GUI"
        sys.excepthook = _print_uncaught
        threading.excepthook = _print_uncaught_in_thread
        sys.unraisablehook = self._interrupts.unraisable
        # Since 3.12 os.fork() warns in a process with several threads.  This one always has; its threads hold no
        # locks that a child needs, and the warning would only be about the shell.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
        cookbook.install()
        stdlib_patches.install()
        self._shell.install()
        self._choose_toolkit()
        interrupts = self._interrupts
        os.register_at_fork(before=interrupts.before_fork, after_in_parent=interrupts.forked)
        own = (interrupts.after_fork, self._gate.retire, self._gui.after_fork, self._plotting.after_fork)
        for function in (*own, stdlib_patches.after_fork, after_fork):
            os.register_at_fork(after_in_child=function)
        os.register_at_fork(after_in_child=interrupts.forked)
        self._shell.heed(interrupts)
        self._shell.repair = self._repair
        self._shell.script_context = self._plotting.script
        self._plotting.forget_values = self._shell.display.forget
        self._shell.is_toolkit = choose.is_meant
        self._shell.backends = choose.BACKENDS
        self._shell.use_backend = self._plotting.use_backend
        self._shell.after_command = self._plotting.after_command
        # Where Python put the directory of its own program (bin/, or that of `-m gshell`), the prompt has the current
        # one, as in plain Python, and a script has its own.
        sys.path[: 0 if sys.flags.safe_path else 1] = [""]
        set_gui_call(self._on_gui)
        embedding.set_session(self._embed)
        self._shell.on_gui = self._on_gui
        self._shell.toolkit = lambda: self._gui.toolkit_name if self._gui.has_toolkit else ""
        self._worker.start()
        if self._worker.why_no_role:
            self._notes.append(
                f"the main-thread role is not available ({self._worker.why_no_role}): "
                "Ctrl-C can't break a blocking call in C code"
            )
        try:
            console = self._prompt_console() if self._options.interactive else self._batch_console()
        except (OSError, termios.error):  # the terminal was closed while we started
            self._worker.stop(END)
            self._role.give_back()
            self._interrupts.uninstall()
            return 128 + signal.SIGHUP
        self._console = console
        console.on_ctrl_c = self._gui.break_off
        console.on_silence = lambda: queries.break_queries(self._worker.thread.ident or 0)
        self._console_thread = start(console, self._on_console_end)
        self._gui.run()
        return self._end()

    def _choose_toolkit(self) -> None:
        name = choose.resolved(self._options.gui)
        if name == "auto":
            name = choose.automatic()
            if name == "none":  # what is configured draws no windows, or nothing is installed
                self._plotting.install(None if choose.configured_backend() else "agg")
                return
        if name == "none":
            self._plotting.install("agg")
            return
        reason = choose.why_not(name)
        if not reason and (reason := why_no_display()):
            reason = f"no display ({reason})"
        if reason:
            if self._options.gui != "auto" or self._options.interactive:
                self._notes.append(f"{reason}: figures are drawn off-screen and can be saved")
            self._plotting.install("agg")
            return
        entry = choose.TOOLKITS[name]
        self._gui.use(name, choose.factory(name))
        self._gui.on_start = self._on_toolkit
        modules, prepare = entry.programs.split()
        for module in modules.split("|"):
            when_imported(module, lambda _: self._on_programs_module(prepare))
        for other, refused in {other.refused: name for name, other in choose.TOOLKITS.items()}.items():
            if other not in ("", entry.refused):
                self._refuse(other, refused)
        self._shell.runs_on_gui = lambda source: choose.builds_application(name, source)
        self._plotting.install(entry.backends.split()[0])

    def _on_toolkit(self, toolkit: Toolkit) -> None:
        """The toolkit was started.  On the GUI thread."""
        self._gui.collect_soon = collect_on_gui_thread(self._gui, toolkit)
        stay_after_system_exit(True)
        gui = self._gui
        toolkit.host_programs(gui.call, lambda: gui.given_up, blocking=not self._options.interactive)

    def _on_programs_module(self, prepare: str) -> None:
        """Somebody has imported what programs use the toolkit by.

        In any thread, which must not wait for the GUI thread: that may be importing the same.
        """
        choose.named(prepare)(self._gui.assert_widget_thread, self._gui.start_toolkit)

    def _refuse(self, programs: str, name: str) -> None:
        """Have what programs make windows of the toolkit `name` with raise an error: that is another than ours."""

        def refuse(what: str = "application") -> NoReturn:
            raise RuntimeError(
                f"this {what} needs the toolkit {name}, and there can be only one in a session: "
                f"start gshell --gui {name}"
            )

        modules, prepare = programs.split()
        for module in modules.split("|"):
            when_imported(module, lambda _: choose.named(prepare)(refuse, refuse))

    def _on_gui(self, function: Callable[[], Any]) -> Any:
        """Run the user's `function()` on the GUI thread, with the toolkit there.  From any thread."""
        self._gui.start_toolkit()
        return self._gui.call(lambda: self._gui.run_users(function))

    # The two kinds of console.

    def _commands(self) -> list[Callable[[], Outcome]]:
        options, shell = self._options, self._shell
        commands: list[Callable[[], Outcome]] = []
        if options.pylab and not options.interactive:
            commands.append(self._pylab)
        if options.code is not None:
            code = options.code
            commands.append(lambda: shell.run_code(code, options.arguments))
        if options.script is not None:
            script = options.script
            commands.append(lambda: shell.run_file(script, options.arguments))
        return commands

    def _pylab(self) -> Outcome:
        return self._shell.run_function(lambda: fill_namespace(self._shell))

    def _behind_prompt(self) -> list[Callable[[], Outcome]]:
        """What runs while the user begins to type."""
        startup = startup_files()
        return [self._pylab] * self._options.pylab + [lambda: self._shell.run_startup(startup)] * bool(startup)

    def _batch_console(self) -> Console:
        for note in self._notes:
            print(note, file=sys.stderr)
        return BatchConsole(self._worker, self._interrupts, self._wakeup_read, self._commands())

    def _prompt_console(self) -> Console:
        terminal = self._at_terminal()
        terminal.install()

        def on_ready() -> None:
            """The prompt is on the screen: now there is time for what is slow to load."""
            terminal.warm_up()
            self._gui.post(self._start_toolkit)

        for note in self._notes:
            print(note)
        return terminal.console(
            self._worker,
            self._interrupts,
            self._wakeup_read,
            self._commands(),
            on_ready=on_ready,
            behind_prompt=self._behind_prompt(),
        )

    def _at_terminal(self) -> AtTerminal:
        """What prompts are shown with; it is made once."""
        if self._terminal is None:
            from gshell.console.at_terminal import AtTerminal

            self._terminal = AtTerminal(self._shell, self._toolbar, breaks_reads=not self._worker.why_no_role)
        return self._terminal

    def _repair(self) -> None:
        """Put back what the user's code may have broken.  In the worker."""
        _repair_excepthook()
        if self._terminal is not None:
            self._terminal.repair()

    def _embed(self, frame: FrameType) -> None:
        """Have a prompt on the names of the code in `frame`, within the command that runs, until the user leaves it.

        In the worker.
        """
        from gshell.shell.caller import Caller

        if not self._gate.is_worker():
            raise RuntimeError("embed() in another thread than the main thread, or in a callback of a window")
        terminal = self._at_terminal()
        console = terminal.nested_console(self._worker, self._interrupts, self._wakeup_read)
        outer, self._console = self._console, console
        console.on_ctrl_c, console.on_silence, console.give_up = outer.on_ctrl_c, outer.on_silence, outer.give_up
        with self._shell.undoing() as undo, self._shell.nested(Caller(frame)):
            undo.callback(setattr, self, "_console", outer)
            undo.enter_context(self._plotting.at_prompt())
            if not self._options.interactive:
                terminal.install()
                undo.callback(terminal.uninstall)
            self._worker.nest(lambda: outer.nest(console))
        if console.told_to_leave or self._shell.ending:  # the session ends, and with it the program
            raise SystemExit

    def _start_toolkit(self) -> None:
        """The prompt is on the screen: now there is time to load the toolkit.  On the GUI thread."""
        if self._gui.start_toolkit() is None and self._gui.no_toolkit:
            print(self._gui.no_toolkit, file=sys.stderr)

    def _toolbar(self) -> str:
        """What the line under the prompt says: the toolkit, and whether something runs behind the prompt."""
        toolkit = "no windows" if self._gui.no_toolkit else self._gui.toolkit_name or "no windows"
        return toolkit + "  running" * self._interrupts.busy

    # The end.

    def _on_console_end(self, status: int) -> None:
        self._status = status
        self._gui.quit()
        # A callback of the user's that does not return keeps the GUI thread from that.  (In parts: a machine that
        # stalls takes no more than one of them from it.)
        if not any(self._ending.wait(END / 10) for _ in range(10)):
            self._leave_at_once()

    def _end(self) -> int:
        """Take the threads down and return the exit status; where that does not work in time, end the process."""
        self._ending.set()
        deadline = time.monotonic() + END
        self._console_thread.join(END)
        self._shell.ending = True
        self._worker.break_off(SystemExit)
        if not self._worker.stop(max(END / 3, deadline - time.monotonic())):
            # Stuck in C code.  The interpreter can't be finalized under it, and the user wants to leave.
            self._leave_at_once()
        self._role.give_back()
        self._shell.history.close()
        self._interrupts.uninstall()
        self._shell.loop.forget()
        # CPython notes a KeyboardInterrupt that leaves exec() of a string, and ends the process by SIGINT for it, hours
        # later.  Another exec() of a string makes it forget that.
        exec("")
        stay_after_system_exit(False)
        if self._options.interactive:
            for thread in threading.enumerate():
                if thread is not threading.main_thread() and not thread.daemon:
                    thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread for thread in threading.enumerate() if not thread.daemon]
        if self._worker.fence() or (self._options.interactive and len(left) > 1):
            # A thread that was given up, or one of the user's own.  Plain Python would wait for it, with no prompt to
            # do anything about it.  So may exit functions, for a thread or a process.
            limit = threading.Timer(LAST, self._leave_at_once)
            limit.daemon = True
            limit.start()
            _end_children()
            atexit._run_exitfuncs()
            self._leave_at_once()
        return self._status

    def _leave_at_once(self) -> NoReturn:
        """End the process without the interpreter's own end, which waits for every thread.  In any thread."""
        try:
            if self._terminal is not None:
                self._terminal.restore_terminal()
            # In a thread: the streams' locks may be held by the thread that we leave behind.
            flush = threading.Thread(target=_flush, daemon=True)
            flush.start()
            flush.join(0.3)
        finally:
            os._exit(self._status)


def _end_children() -> None:
    """End the processes of pools whose threads are left behind: nobody else would."""
    process = sys.modules.get("multiprocessing.process")
    if process is not None:
        for child in process.active_children():
            child.terminate()


def _repair_excepthook() -> None:
    # Users reset the hook that way.  But PyQt5 aborts the process after an exception in a slot if it finds the default.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_uncaught


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # closed, replaced by something else, or nobody reads it any more


def _print_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """sys.excepthook: an exception that nobody caught, in a Qt slot or another callback.  From any thread."""
    if isinstance(error, SystemExit):  # what it ends in plain Python, is the shell here
        Shell.script_ended(error)
    elif not isinstance(error, Abandoned):
        print_exception(error.with_traceback(trace), sys.stderr)


def _print_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    """threading.excepthook: the same, in a thread of the user's.  SystemExit ends one without a word."""
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread is not None else "unknown"
        print(f"Exception in thread {name}:", file=sys.stderr)
        _print_uncaught(args.exc_type, args.exc_value, args.exc_traceback)

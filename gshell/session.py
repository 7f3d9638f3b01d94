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
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import NoReturn, TextIO

from gshell import cookbook
from gshell.console.console import BatchConsole, Console, PromptConsole, start
from gshell.gui import choose
from gshell.gui.display import why_no_display
from gshell.gui.garbage import collect_on_gui_thread
from gshell.gui.thread import GuiThread
from gshell.paths import history_file
from gshell.plotting.install import Plotting
from gshell.shell.shell import Outcome, Shell
from gshell.shell.tracebacks import print_exception
from gshell.shell.transform import is_complete
from gshell.threads.gate import Gate
from gshell.threads.interrupt import Interrupts
from gshell.threads.role import Role
from gshell.threads.worker import Worker

END = 1.5
"""Seconds that all threads together have to come to an end."""

PYLAB = "from pylab import *\nimport numpy as np\nimport matplotlib.pyplot as plt\n"


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
        self._gate = Gate()
        self._gui = GuiThread(self._gate, self._interrupts)
        self._shell = Shell()
        self._plotting = Plotting(self._gui, self._gate, interactive=options.interactive)
        self._wakeup_read, wakeup_write = os.pipe()
        os.set_blocking(wakeup_write, False)
        self._worker = Worker(self._role, self._interrupts, self._gate, wakeup_write)
        self._restore_terminal: Callable[[], None] = lambda: None
        self._status = 1
        self._ending = threading.Event()
        self._notes: list[str] = []

    def run(self) -> int:
        """Run to the end; return the exit status.  On the OS main thread."""
        # SIGINT is for the worker.  The kernel gives it to any thread that does not block it, and starts with
        # this one; threads started from here (Qt's own, the console) inherit the mask.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        sys.excepthook = _print_uncaught
        sys.unraisablehook = self._interrupts.unraisable
        # Since 3.12 os.fork() warns in a process with several threads.  This one always has; its threads hold no
        # locks that a child needs, and the warning would only be about the shell.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
        cookbook.install()
        self._shell.install()
        self._choose_toolkit()
        os.register_at_fork(after_in_child=self._gate.retire)
        os.register_at_fork(after_in_child=self._gui.after_fork)
        self._gate.interrupted = lambda: self._interrupts.pending_for(1.0)
        self._shell.deliver_interrupt = self._interrupts.deliver
        self._shell.repair = _repair_excepthook
        self._shell.script_context = self._plotting.script
        self._shell.after_command = self._plotting.after_command
        # Where Python put the directory of its own program (bin/, or that of `-m gshell`), the prompt has the current
        # one, as in plain Python, and a script has its own.
        sys.path[: 0 if sys.flags.safe_path else 1] = [""]
        self._worker.start()
        if self._worker.why_no_role:
            self._notes.append(
                f"the main-thread role is not available ({self._worker.why_no_role}): "
                "Ctrl-C can't break a blocking call in C code"
            )
        console = self._prompt_console() if self._options.interactive else self._batch_console()
        console.on_ctrl_c = self._plotting.break_off
        self._console_thread = start(console, self._on_console_end)
        self._gui.run()
        return self._end()

    def _choose_toolkit(self) -> None:
        name = self._options.gui
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
        self._gui.use(choose.factory(name), entry.backends.split())
        self._gui.on_start = lambda toolkit: collect_on_gui_thread(self._gui, toolkit)
        self._plotting.install(entry.backends.split()[0])

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
        return self._shell.run_function(lambda: exec(PYLAB, self._shell.namespace))

    def _batch_console(self) -> Console:
        for note in self._notes:
            print(note, file=sys.stderr)
        return BatchConsole(self._worker.submit, self._interrupts, self._wakeup_read, self._commands())

    def _prompt_console(self) -> Console:
        from gshell.console.output import AbovePrompt, text_stream
        from gshell.console.prompt import Prompt, open_history
        from gshell.console.terminal import Terminal, TerminalInput

        shell = self._shell
        # The console's own way to the terminal: the user's code may close sys.stdout, or even descriptor 1.
        stdin = open(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="surrogateescape")
        stdout = open(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", errors="backslashreplace")
        terminal = Terminal(stdin.fileno())
        self._restore_terminal = terminal.hand_over
        history, problem = open_history(history_file())
        if problem:
            self._notes.append(problem)
        prompt = Prompt(history, lambda text: is_complete(text, shell.namespace), stdin, stdout)
        above = AbovePrompt()
        os.register_at_fork(after_in_child=above.after_fork)
        out, err = sys.stdout.isatty(), sys.stderr.isatty()

        def repair() -> None:
            """Have streams of ours again, if the user's code has closed them."""
            _repair_excepthook()
            if out and _is_closed(sys.stdout):
                sys.stdout = text_stream(1, above)
            if err and _is_closed(sys.stderr):
                sys.stderr = text_stream(2, above)

        if out:
            sys.stdout = text_stream(1, above)
        if err:
            sys.stderr = text_stream(2, above)
        shell.repair = repair
        sys.stdin = _text_input(TerminalInput(sys.stdin.fileno(), terminal))
        terminal.hand_over_on_demand(lambda: above.prompting)
        shell.before_child = terminal.hand_over
        for note in self._notes:
            print(note)
        return PromptConsole(
            self._worker.submit,
            self._interrupts,
            self._wakeup_read,
            self._commands(),
            prompt=prompt,
            terminal=terminal,
            above=above,
            run_cell=shell.run_cell,
            number=lambda: shell.number,
            on_ready=lambda: self._gui.post(self._start_toolkit),
            behind_prompt=self._pylab if self._options.pylab else None,
        )

    def _start_toolkit(self) -> None:
        """The prompt is on the screen: now there is time to load the toolkit.  On the GUI thread."""
        if self._gui.start_toolkit() is None and self._gui.no_toolkit:
            print(self._gui.no_toolkit, file=sys.stderr)

    # The end.

    def _on_console_end(self, status: int) -> None:
        self._status = status
        self._gui.quit()
        # A callback of the user's that does not return keeps the GUI thread from that.
        if not self._ending.wait(END):
            self._leave_at_once()

    def _end(self) -> int:
        """Take the threads down and return the exit status; where that does not work in time, end the process."""
        self._ending.set()
        deadline = time.monotonic() + END
        self._console_thread.join(END)
        self._worker.break_off(SystemExit)
        if not self._worker.stop(deadline - time.monotonic()):
            # Stuck in C code.  The interpreter can't be finalized under it, and the user wants to leave.
            self._leave_at_once()
        self._role.give_back()
        self._interrupts.uninstall()
        if self._options.interactive:
            for thread in threading.enumerate():
                if thread is not threading.main_thread() and not thread.daemon:
                    thread.join(max(0.0, deadline - time.monotonic()))
                    if thread.is_alive():
                        # Plain Python would wait for it, with no prompt to do anything about it.
                        atexit._run_exitfuncs()
                        self._leave_at_once()
        return self._status

    def _leave_at_once(self) -> NoReturn:
        """End the process without the interpreter's own end, which waits for every thread.  In any thread."""
        try:
            self._restore_terminal()
            # In a thread: the streams' locks may be held by the thread that we leave behind.
            flush = threading.Thread(target=_flush, daemon=True)
            flush.start()
            flush.join(0.3)
        finally:
            os._exit(self._status)


def _repair_excepthook() -> None:
    # Users reset the hook that way.  But PyQt5 aborts the process after an exception in a slot if it finds the default.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_uncaught


def _is_closed(stream: TextIO | None) -> bool:
    return stream is None or getattr(stream, "closed", False)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # closed, replaced by something else, or nobody reads it any more


def _text_input(raw: object) -> object:
    import io

    return io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8", errors="surrogateescape")  # type: ignore[type-var]


def _print_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """sys.excepthook: an exception that nobody caught, in a Qt slot or another callback.  From any thread."""
    print_exception(error.with_traceback(trace), sys.stderr)

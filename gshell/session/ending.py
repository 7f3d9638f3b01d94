"""The end of a session: its threads come to theirs in time, or the process ends without them."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from gshell import reserve
from gshell.gui.thread import GuiThread
from gshell.session.lazily import Lazily
from gshell.session.survival import LEFT
from gshell.shell.shell import Shell
from gshell.streams import show
from gshell.threads.interrupts import Interrupts
from gshell.threads.role import Role
from gshell.threads.worker import Worker

if TYPE_CHECKING:
    from gshell.console.at_terminal import AtTerminal

END = 1.5
"""Seconds that all threads together have to come to an end."""
LAST = 0.5
"""Seconds that exit functions have then, if a thread does not end."""


class Ending:
    """Takes the threads down."""

    def __init__(
        self,
        gui: GuiThread,
        worker: Worker,
        role: Role,
        interrupts: Interrupts,
        shell: Shell,
        terminal: Lazily[AtTerminal],
        keep: Callable[..., object],
        *,
        interactive: bool,
    ) -> None:
        """`keep(why, wait=)` keeps the session on the disk; `interactive`: there is a prompt, so the user is there, and
        wants to leave."""
        self._gui = gui
        self._worker = worker
        self._role = role
        self._interrupts = interrupts
        self._shell = shell
        self._terminal = terminal
        self._keep = keep
        self._interactive = interactive
        self._status = 1
        self._begun = threading.Event()

    def before_begin(self, error: Exception) -> int:
        """The console could not be made, or its thread: end what has been started; return the exit status.

        On the OS main thread.
        """
        if self._terminal.made is not None:
            self._terminal.made.uninstall()
        self._worker.stop(END)
        self._role.give_back()
        self._interrupts.uninstall()
        if self._interactive and not os.isatty(0):  # the terminal was closed while we started
            return 128 + signal.SIGHUP
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = traceback and f" ({traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno})"
        show(f"gshell: there is no session: {type(error).__name__}: {error}{place or ''}", file=sys.stderr)
        return 1

    def on_console_end(self, status: int) -> None:
        """The console has ended, with the session's exit status.  In the console thread."""
        self._status = status
        try:
            self._keep_session()
            self._gui.quit()
            # A callback of the user's that does not return keeps the GUI thread from that.  (In parts: a machine that
            # stalls takes no more than one of them from it.)
            if not any(self._begun.wait(END / 10) for _ in range(10)):
                self._leave_at_once()
        except MemoryError:
            self.out_of_memory()

    def _keep_session(self) -> None:
        """Have a last snapshot.  Who leaves need not wait for it; a shell that a signal ends does."""
        signum = self._status - 128
        by_signal = signum in (signal.SIGTERM, signal.SIGHUP)
        self._keep(signal.Signals(signum).name if by_signal else LEFT, wait=by_signal)

    def out_of_memory(self) -> NoReturn:
        """There is no memory for the rest: end the process, with a line.  In any thread."""
        reserve.say_end()
        with suppress(Exception):
            self._keep("no memory left", wait=True)
        self._leave_at_once()

    def finish(self, console: threading.Thread) -> int:
        """End all threads and return the exit status; where that does not work in time, end the process.

        On the OS main thread, when the GUI thread's loop has ended.
        """
        self._begun.set()
        deadline = time.monotonic() + END
        console.join(END)
        self._shell.commands.show_no_more()
        self._worker.break_off(SystemExit)
        if not self._worker.stop(max(END / 3, deadline - time.monotonic())):
            # Stuck in C code.  The interpreter can't be finalized under it, and the user wants to leave.
            self._leave_at_once()
        self._role.give_back()
        self._shell.end()
        if self._terminal.made is not None:
            self._terminal.made.restore_terminal()  # the console may have been broken off in the middle of something
        self._interrupts.uninstall()
        # CPython notes a KeyboardInterrupt that leaves exec() of a string, and ends the process by SIGINT for it, hours
        # later.  Another exec() of a string makes it forget that.
        exec("")
        if self._interactive:
            for thread in threading.enumerate():
                if thread is not threading.main_thread() and not thread.daemon:
                    thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread for thread in threading.enumerate() if not thread.daemon]
        if self._worker.fence() or (self._interactive and len(left) > 1):
            self._leave_threads_behind()
        return self._status

    def finish_within(self, console: threading.Thread) -> NoReturn:
        """The same where this thread can't come back to the interpreter's own end: end the process here."""
        self._status = self.finish(console)
        self._leave_threads_behind()

    def _leave_threads_behind(self) -> NoReturn:
        """End the process beside a thread that was given up, or one of the user's own.

        Plain Python would wait for it, with no prompt to do anything about it.  So may exit functions, for a thread or
        a process.
        """
        limit = threading.Timer(LAST, self._leave_at_once)
        limit.daemon = True
        limit.start()
        _end_children()
        atexit._run_exitfuncs()
        self._leave_at_once()

    def _leave_at_once(self) -> NoReturn:
        """End the process without the interpreter's own end, which waits for every thread.  In any thread."""
        try:
            if self._terminal.made is not None:
                self._terminal.made.restore_terminal()
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


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # closed, replaced by something else, or nobody reads it any more

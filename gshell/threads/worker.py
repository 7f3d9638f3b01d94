"""The worker: the thread that runs user code, one command at a time, in the main-thread role."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from gshell.threads.gate import Gate
from gshell.threads.interrupt import Interrupts, protected, raise_in_thread
from gshell.threads.role import Role, RoleUnavailable

STACK_SIZE = 64 * 2**20
"""Bytes of address space.  A thread's stack is smaller than a process's on some systems (512 kB on macOS), and the
user's recursive code should get as deep as in plain Python."""

Command = Callable[[], Any]


class Worker:
    """Runs commands from a queue in a thread of its own, which takes the main-thread role."""

    def __init__(self, role: Role, interrupts: Interrupts, gate: Gate, wakeup_fd: int) -> None:
        self.why_no_role = ""
        """Why the main-thread role could not be taken; empty if it was."""
        self._role = role
        self._interrupts = interrupts
        self._gate = gate
        self._wakeup_fd = wakeup_fd
        self._commands: deque[tuple[Command, Future[Any]] | None] = deque()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._ready = threading.Event()
        # Not a daemon: threads that the user's code starts inherit that, and a plain script's are none.
        # The name is what libraries look for (PyGObject installs its SIGINT handler by it).
        self.thread = threading.Thread(target=self._run, name="MainThread", daemon=False)

    def start(self) -> None:
        """Start the thread; return when it holds the role or has failed to get it.  On the OS main thread."""
        before = threading.stack_size(STACK_SIZE)
        try:
            self.thread.start()
        finally:
            threading.stack_size(before)
        self._ready.wait()
        if self.why_no_role:
            self._interrupts.install(self._wakeup_fd, role=False)

    def submit(self, command: Command) -> Future[Any]:
        """Run `command()` in the worker.  From any thread; the future has its result or exception.

        Interrupts count for the command from now on, whether or not the worker has come to it.
        """
        self._interrupts.begin()
        future: Future[Any] = Future()
        self._put((command, future))
        return future

    def stop(self, timeout: float) -> bool:
        """End the thread after its command, which gets `timeout` seconds.  False: it still runs."""
        self._put(None)
        self.thread.join(timeout)
        return not self.thread.is_alive()

    def break_off(self, exception: type[BaseException]) -> None:
        """Raise `exception` in the command that runs, between two bytecodes.  From any thread."""
        if self._interrupts.busy and self.thread.ident is not None:
            raise_in_thread(self.thread.ident, exception)

    @protected
    def _run(self) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        try:
            self._role.take()
        except RoleUnavailable as error:
            self.why_no_role = str(error)
        else:
            self._interrupts.install(self._wakeup_fd, role=True)
        self._interrupts.adopt()
        self._gate.adopt(can_park=not self.why_no_role)
        with self._gate.waiting():
            self._ready.set()
        while True:
            try:
                if not self._next():
                    break
            except BaseException:
                # Not the command's: a signal handler of the user's has raised in our own code, where nobody else
                # catches it.  (KeyboardInterrupt is not raised here.)
                try:
                    sys.excepthook(*sys.exc_info())
                except BaseException:  # once more, or the hook is the user's and broken
                    pass
        self._gate.retire()

    def _put(self, work: tuple[Command, Future[Any]] | None) -> None:
        self._commands.append(work)
        self._wake.put(None)

    @protected
    def _next(self) -> bool:
        """Wait for a command and run it.  False: there are to be no more.

        An exception may end this function at any point.  So a command stays in the queue until its future is
        resolved, and one that is found there half done, neither runs twice nor leaves its sender waiting.
        """
        while not self._commands:
            with self._gate.waiting():
                self._wake.get()
        work = self._commands[0]
        if work is None:
            return False
        command, future = work
        if future.running():
            future.set_exception(RuntimeError("a signal handler has raised outside of the command"))
        elif not future.done():
            self._do(command, future)
        del work, command, future  # or what they hold would live until the next command
        self._commands.popleft()
        return True

    @protected
    def _do(self, command: Command, future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():  # from here on it can't be cancelled
            self._interrupts.end()
            return
        try:
            result = command()
        except BaseException as error:
            self._after()
            future.set_exception(error)
        else:
            self._after()
            future.set_result(result)

    def _after(self) -> None:
        self._interrupts.end()
        self._interrupts.restore()

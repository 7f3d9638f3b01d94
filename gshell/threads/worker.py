"""The worker: runs user code, one command at a time, in a thread that has the main-thread role.

A command that can't be interrupted is abandoned: its thread is given up (abandon.py), and a new one takes its place,
the role and the commands that wait.  Whether a command has ended or was abandoned is decided in one place, by the
thread that asks first.
"""

from __future__ import annotations

import signal
import sys
import threading
from _queue import SimpleQueue
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from gshell.threads.abandon import Fence, ended
from gshell.threads.async_exc import Abandoned, raise_in_thread
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Command, Interrupts
from gshell.threads.protection import protected
from gshell.threads.role import TO_WORKER, Role, RoleUnavailable, current_tstate
from gshell.threads.work import Job, Work

STACK_SIZE = 64 * 2**20
"""Bytes of address space.  A thread's stack is smaller than a process's on some systems (512 kB on macOS), and the
user's recursive code should get as deep as in plain Python."""


class CommandAbandoned(Exception):
    """What the future of a command has that was abandoned."""


class Worker:
    """Runs commands from a queue in a thread of its own, which takes the main-thread role."""

    def __init__(self, role: Role, interrupts: Interrupts, gate: Gate) -> None:
        self.why_no_role = ""
        """Why the main-thread role could not be taken; empty if it was."""
        self._role = role
        self._interrupts = interrupts
        self._gate = gate
        self._commands: deque[Work | None] = deque()
        self._outer: list[deque[Work | None]] = []  # those in whose first one it runs the others, see nest()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._ready = threading.Event()
        self._tstate = 0
        self._fences: list[Fence] = []
        self.thread = self._new_thread()

    def _new_thread(self) -> threading.Thread:
        # Not a daemon: threads that the user's code starts inherit that, and a plain script's are none.
        # The name is what libraries look for (PyGObject installs its SIGINT handler by it).
        return threading.Thread(target=self._run, name="MainThread", daemon=False)

    def start(self) -> None:
        """Start the thread; return when it holds the role or has failed to get it.  On the OS main thread."""
        self._start()
        if self.why_no_role:
            self._interrupts.install(role=False)

    def _start(self) -> None:
        before = threading.stack_size(STACK_SIZE)
        try:
            self.thread.start()
        finally:
            threading.stack_size(before)
        self._ready.wait()

    def submit(self, job: Job, command: Command | None = None) -> Future[Any]:
        """Run `job()` in the worker, as a command.  From any thread; the future has its result or exception.

        A press counts for it from now on, whether or not the worker has come to it; or from when the caller has said
        `command = interrupts.begin()`.
        """
        return self._submit(Work(job, command or self._interrupts.begin()))

    def settle(self) -> Future[Any]:
        """Have the worker come round, between two commands; the future is resolved then.  From any thread.

        The handlers of all signals that have come before this call have run then, and no command is hit by them.  (A
        signal that the kernel gave to another thread does not wake the worker.  It runs the handler when it next runs
        Python code, and that would be the next command.)
        """
        return self._submit(Work(_nothing, None))

    def _submit(self, work: Work) -> Future[Any]:
        self._put(work)
        return work.future

    def stop(self, timeout: float) -> bool:
        """End the thread after its command, which gets `timeout` seconds.  False: it still runs."""
        for commands in (*self._outer, self._commands):
            commands.append(None)
            self._wake.put(None)
        if self.thread.ident is not None:  # else there was no more memory, say, to start it
            self.thread.join(timeout)
        return not self.thread.is_alive()

    def break_off(self, exception: type[BaseException]) -> None:
        """Raise `exception` in the command that runs, between two bytecodes.  From any thread."""
        if self._interrupts.busy and self.thread.ident is not None:
            raise_in_thread(self.thread.ident, exception)

    @protected
    def nest(self, begin: Callable[[], object]) -> None:
        """Run commands that are given from now on inside the one that runs, until end_nest().  In the worker.

        `begin()` is called when it is ready for them.
        """
        self._outer.append(self._commands)
        self._commands = deque()
        try:
            with self._interrupts.nested():
                begin()
                self._serve(self._next)
        finally:
            self._commands = self._outer.pop()

    def end_nest(self) -> None:
        """Have nest() return, unless it was given up with what ran in it.  In the console thread."""
        if self._outer:
            self._put(None)

    def abandon(self) -> bool:
        """Give up the command that runs, and the thread that runs it; have a new one.  In the console thread.

        The command's future has CommandAbandoned, and so has that of one in which it was nested.  False: the command
        has just come to its end by itself.
        """
        queues = [*self._outer, self._commands]
        works = [commands[0] for commands in queues if commands]
        work = works[-1] if self._commands else None
        if work is None or work.command is None or not work.future.running() or not work.decide():
            return False
        self.thread.name = "abandoned"
        self._fences.append(Fence(self.thread, self._tstate, own=self._do.__code__.co_filename))
        self._commands, self._outer = queues[0], []
        self._commands.popleft()
        self._interrupts.abandon()
        self._ready.clear()
        self.thread = self._new_thread()
        self._start()
        for each in works:
            if each is not None and each.decide():
                each.future.set_exception(CommandAbandoned())
        return True

    def place(self) -> str:
        """Where in the user's code the worker is; see where().  From any other thread."""
        from gshell.threads.location import where  # imports what no start needs

        return where(self.thread.ident) if self.thread.ident is not None else ""

    def fence(self) -> bool:
        """See to the threads that were given up; False if there are none left.  Now and then, in the console thread."""
        self._fences = [fence for fence in self._fences if fence.again()]
        return bool(self._fences)

    @property
    def abandoned(self) -> int:
        """How many threads that were given up still run.  From any thread."""
        return sum(fence.holds for fence in list(self._fences))

    @protected
    def _run(self) -> None:
        try:
            self._live()
        finally:
            try:
                self._role.leave()
            except Abandoned:  # a last one, from just before the fence came down
                self._role.leave()

    @protected
    def _live(self) -> None:
        try:
            self._serve(self._set_up)
            self._gate.retire()
        except Abandoned:
            pass
        else:
            return
        # Not in the handler: first the exception goes, and with it the user's frames, whose destructors and generators
        # are not to run.
        ended()

    @protected
    def _serve(self, step: Callable[[], bool]) -> None:
        while True:
            try:
                if not step():
                    break
                step = self._next
            except Abandoned:
                raise
            except BaseException:
                # Not the command's: a signal handler of the user's has raised in our own code, where nobody else
                # catches it.  (KeyboardInterrupt is not raised here.)  It may be one that the stuck call of an
                # abandoned command has kept waiting.
                try:
                    sys.excepthook(*sys.exc_info())
                except BaseException:  # once more, or the hook is the user's and broken
                    pass

    @protected
    def _set_up(self) -> bool:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_WORKER)
        try:
            self._role.take()
        except RoleUnavailable as error:
            self.why_no_role = str(error)
        else:
            self._interrupts.install(role=True)
        self._tstate = current_tstate()
        self._interrupts.adopt()
        self._gate.adopt(can_park=not self.why_no_role)
        with self._gate.waiting():
            self._ready.set()
        return True

    def _put(self, work: Work | None) -> None:
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
                self._wait()
        work = self._commands[0]
        if work is None:
            return False
        if work.future.running():
            if not work.decide():
                raise Abandoned
            self._end(work)
            work.future.set_exception(RuntimeError("a signal handler has raised outside of the command"))
        elif not work.future.done():
            self._do(work)
        del work  # or what it holds would live until the next command
        self._commands.popleft()
        return True

    def _wait(self) -> None:
        """Wait until there may be a command."""
        self._wake.get()

    @protected
    def _do(self, work: Work) -> None:
        if not work.future.set_running_or_notify_cancel():  # from here on it can't be cancelled
            self._end(work)
            return
        try:
            result = work.job()
        except BaseException as error:
            self._decide(work)
            work.future.set_exception(error)
        else:
            self._decide(work)
            work.future.set_result(result)

    def _decide(self, work: Work) -> None:
        if not work.decide():
            raise Abandoned
        self._end(work)

    def _end(self, work: Work) -> None:
        if work.command is not None:
            self._interrupts.end(work.command)


def _nothing() -> None:
    """What settle() has the worker do."""

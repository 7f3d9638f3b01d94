"""The console thread: has the worker run commands, and acts on signals.

Its asyncio loop is the one place that reads the wakeup fd: CPython's C-level handler writes the number of each
signal there, whichever thread the kernel gave it to, and whatever the worker is doing.  Others write a RING there, to
have the console look whether there is something to do.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from gshell import reserve
from gshell.console.chase import Chase, Reach
from gshell.console.loop import new_loop
from gshell.console.stacks import print_stacks
from gshell.shell.outcome import Outcome
from gshell.streams import visible
from gshell.threads.interrupts import INTERRUPTED, POLL, SIGQUIT, Interrupts
from gshell.threads.role import NUDGE, TO_WORKER
from gshell.threads.wakeup import RING
from gshell.threads.worker import CommandAbandoned, Worker

LEAVE = 0.5
"""Seconds that the prompt has to leave the screen."""


class Console:
    """The console thread's loop, for a prompt or for a fixed list of commands."""

    def __init__(self, worker: Worker, interrupts: Interrupts, wakeup_fd: int, reach: Reach) -> None:
        """`wakeup_fd`: the end to read of the descriptor that `interrupts` has."""
        self._worker = worker
        self._interrupts = interrupts
        self._wakeup_fd = wakeup_fd
        self._reach = reach
        self._chase = Chase(worker, interrupts, reach, self._say, self._has_own_prompt, self._on_fenced)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left: asyncio.Future[int] | None = None
        self._early = False  # Ctrl-C was pressed while there was no command
        self._unsettled = False  # it may be that the worker has yet to run the handler of a press that was read here
        self._behind = 0  # commands that run behind the prompt: how many have not ended, as far as is known here
        self._inner: asyncio.Future[None] | None = None  # a console within the command that runs

    @property
    def reach(self) -> Reach:
        """How far Ctrl-C reaches; a console within a command has the same."""
        return self._reach

    def run(self) -> int:
        """Run until the end of the session; return its exit status.  This is the console thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_WORKER)
        with asyncio.Runner(loop_factory=lambda: new_loop(self._on_no_memory)) as runner:
            try:
                return runner.run(self.serve())
            except MemoryError:
                reserve.release()
                raise

    def leave(self, status: int) -> None:
        """End the session, whatever runs.  In the console thread."""
        if self._left is not None and not self._left.done():
            self._left.set_result(status)

    def nest(self, inner: Console) -> None:
        """Have another console go on within the command that runs; at its end, the worker's nest() ends.

        In the worker; returns at once.
        """
        self._soon(lambda: self._begin_inner(inner))

    def _begin_inner(self, inner: Console) -> None:
        self._inner = asyncio.ensure_future(self._nest(inner))

    async def _make_room(self) -> None:
        """Another console is to have the terminal, within the command."""

    async def _nest(self, inner: Console) -> None:
        await self._make_room()
        self._rest()
        try:
            status = await inner.serve()
            if not inner.told_to_leave:
                await inner.settle()
        finally:
            self._inner = None
            self._attend()
            self._worker.end_nest()
        if inner.told_to_leave:
            self.leave(status)

    @property
    def told_to_leave(self) -> bool:
        """Whether a signal has said so, or the terminal is gone."""
        return self._left is not None and self._left.done()

    async def serve(self) -> int:
        """Have the commands run, until there are no more, or somebody says leave(); return the exit status."""
        self._loop = asyncio.get_running_loop()
        self._left = self._loop.create_future()
        self._attend()
        commands = asyncio.ensure_future(self._commands())
        try:
            done, _ = await asyncio.wait({commands, self._left}, return_when=asyncio.FIRST_COMPLETED)
            if commands in done:
                return commands.result()
            return self._left.result()
        finally:
            commands.cancel()
            # The prompt waits for the terminal's last answer (where is the cursor?), or it would be typed into the
            # shell that started us.
            await asyncio.wait({commands}, timeout=LEAVE)
            self._rest()

    def _attend(self) -> None:
        """Act on signals from now on."""
        if self._loop is not None:
            self._loop.add_reader(self._wakeup_fd, self._on_signals)

    def _rest(self) -> None:
        """Do so no more."""
        self._chase.stop()
        if self._loop is not None:
            self._loop.remove_reader(self._wakeup_fd)

    async def _commands(self) -> int:
        """Have the session's commands run; return its exit status."""
        raise NotImplementedError

    async def _execute(self, job: Callable[[], Outcome]) -> Outcome:
        """Have the worker run a command; wait for its end."""
        reserve.keep()
        poll = asyncio.ensure_future(self._poll())
        try:
            await self._settle()
            command = self._interrupts.begin()
            self._give_early()
            return await self._outcome(self._worker.submit(job, command))
        finally:
            poll.cancel()
            reserve.keep()

    async def _settle(self) -> None:
        """Wait until no press from before can hit the command that is about to begin."""
        if self._behind:
            # A startup file still runs.  Until it ends, a press is for that; and it may have been in its last moment,
            # so that the worker has acted on it, and its number is still to be read.
            if self._early:
                self._interrupts.press_early()
            await self._come_round()
            self._act_on_others()
            # Unless it came when that had ended: then the worker has acted on it, and found no command.
            self._early = self._interrupts.take_between()
        elif self._unsettled:
            self._unsettled = False
            await self._come_round()

    async def settle(self) -> None:
        """Wait until no press from before can hit the command that this console was in.  At its end."""
        self._act_on_others()
        await self._settle()

    async def _come_round(self) -> None:
        try:
            await asyncio.wrap_future(self._worker.settle())
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._say(f"gshell: a signal handler has raised between two commands: {error!r}")

    async def _outcome(self, future: Future[Outcome]) -> Outcome:
        try:
            try:
                return await asyncio.wrap_future(future)
            except CommandAbandoned:
                if self._inner is not None:  # it was given up together with one within it
                    await asyncio.wait({self._inner})
                return await self._on_abandoned()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # What a command raises is shown where it runs.  This came from our own code, or a signal handler of the
            # user's has raised there; neither ends a session.
            self._say(f"gshell: the command was broken off: {error!r}")
            return Outcome(1)

    async def _on_abandoned(self) -> Outcome:
        """A command was abandoned; what that means for the session."""
        return Outcome(INTERRUPTED, leave=True)

    def _say(self, text: str) -> None:
        """Say something to the user, whatever the worker does."""
        with suppress(OSError):  # the user's code has closed it, or nobody reads it any more
            os.write(2, f"{visible(text)}\n".encode(errors="replace"))

    def _has_own_prompt(self) -> bool:
        """Whether a program of the command's has the terminal, where Ctrl-C may mean something else."""
        return False

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self._interrupts.poll()
            if self._inner is None:
                self._on_poll()

    def _on_no_memory(self, error: Exception, by_callback: bool) -> None:
        """There is no more memory; `by_callback`: something that was to be acted on, a key perhaps, is lost."""
        reserve.release()

    def _on_fenced(self) -> None:
        """No thread that was given up runs any more."""

    def _on_poll(self) -> None:
        """About twice a second while a command runs."""

    # Signals.

    def _give_early(self) -> None:
        """Give the command that is about to begin a Ctrl-C from just before: whoever pressed it, meant that."""
        early, self._early = self._early, False
        if self._act_on_others() or early:
            self._interrupts.press_early()

    def _give_missed(self, *, is_answered: bool) -> None:
        """Give the command that goes on a Ctrl-C from its last moment at a prompt within it, when the line was typed;
        not if the prompt's answer was one.  With the role only if the handler has run then: else it finds the command.
        """
        missed = self._interrupts.take_between() if self._interrupts.role else self._early
        self._early = missed and not is_answered
        if self._early:
            self._give_early()

    def _read_signals(self) -> bytes:
        """What has come: numbers of signals, and RINGs."""
        try:
            signums = os.read(self._wakeup_fd, 4096)
        except BlockingIOError:
            return b""
        self._interrupts.signals.forward(signums)
        if any(signum not in (NUDGE, RING) for signum in signums):
            # The kernel may have given it to any thread; the user's handler for it is to run in the worker, now.
            self._interrupts.wake()
        self._unsettled |= signal.SIGINT in signums
        return signums

    def _act_on_others(self) -> bool:
        """Act on all signals that have come, but for Ctrl-C; whether that is among them."""
        pressed = self._interrupts.signals.take_sigint()
        for signum in self._read_signals():
            if signum != signal.SIGINT:
                self._act_on(signum)
            else:
                pressed = True
        return pressed

    def _on_signals(self) -> None:
        for signum in self._read_signals():
            self._act_on(signum)

    def _act_on(self, signum: int) -> None:
        if signum == RING:
            self._on_ring()
        elif signum == signal.SIGINT:
            self._on_sigint()
        elif signum in (signal.SIGTERM, signal.SIGHUP):
            if self._interrupts.signals.is_ours(signum):
                self.leave(128 + signum)
        elif signum == SIGQUIT:
            if self._interrupts.signals.prints_stacks:
                self._print_stacks()
        elif signum in (signal.SIGWINCH, signal.SIGCONT):
            self._on_screen(signum)

    def _on_sigint(self) -> None:
        self._reach.on_press()
        if self._interrupts.busy:
            self._chase.press()
        else:
            self._early = True

    def _on_ring(self) -> None:
        self._chase.look()

    def _print_stacks(self) -> None:
        print_stacks(self._worker.thread.ident)

    def _on_screen(self, signum: int) -> None:
        """The terminal has another size, or the process was stopped, and goes on."""

    def _soon(self, function: Callable[[], object]) -> None:
        """Have a function called in the console thread.  From any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the session ends
                self._loop.call_soon_threadsafe(function)

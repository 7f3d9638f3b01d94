"""The console thread: reads cells at the prompt, has the worker run them, and acts on signals.

Its asyncio loop is the one place that reads the wakeup fd: CPython's C-level handler writes the number of each
signal there, whichever thread the kernel gave it to, and whatever the worker is doing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from gshell.console.status import Clock, title
from gshell.shell.outcome import INTERRUPTED, Outcome
from gshell.threads.interrupts import SIGQUIT, Interrupts
from gshell.threads.role import NUDGE, TO_WORKER, WAKE
from gshell.threads.worker import CommandAbandoned, Worker

if TYPE_CHECKING:
    from gshell.console.output import AbovePrompt
    from gshell.console.plain import PlainPrompt
    from gshell.console.prompt import Prompt
    from gshell.console.terminal import Terminal

POLL = 0.5
"""Seconds between two looks at whether the command reads KBINT."""
CHASE = 0.005
"""Seconds between two nudges of a worker in which an interrupt is due."""
SETTLE = 0.2
"""Seconds after the first prompt in which the shell loads nothing."""
LEAVE = 0.5
"""Seconds that the prompt has to leave the screen."""
CHASE_MIN = 0.1
"""Seconds for which the worker is watched after a SIGINT: its handler may run a little later."""
EAGER = 0.5
"""Seconds after which a worker that does not come to its interrupt is nudged less often."""
FENCE = 0.2
"""Seconds between two looks at threads that were given up."""
LINGER = 0.1
"""Seconds for which keys are left to a command that may just be about to read them."""


class Console:
    """The console thread's loop, for a prompt or for a fixed list of commands."""

    give_up = "end the program"
    """What Ctrl-C does when the user gives up a command that does not stop; empty if that can't be done."""

    def __init__(self, worker: Worker, interrupts: Interrupts, wakeup_fd: int) -> None:
        self._worker = worker
        self._interrupts = interrupts
        self._wakeup_fd = wakeup_fd
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left: asyncio.Future[int] | None = None
        self._chase_until = 0.0
        self._chasing = False
        self._silence_noted = False
        self._early = False  # Ctrl-C was pressed while there was no command
        self._inner: asyncio.Future[None] | None = None  # a console within the command that runs
        self.on_ctrl_c: Callable[[], None] = lambda: None
        """Called for every Ctrl-C, at the prompt too."""
        self.on_silence: Callable[[], None] = lambda: None
        """Called when the worker has not answered Ctrl-C for a moment."""

    def run(self) -> int:
        """Run until the end of the session; return its exit status.  This is the console thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_WORKER)
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(self.serve())

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

    async def _nest(self, inner: Console) -> None:
        self._rest()
        try:
            status = await inner.serve()
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
            self._interrupts.chase = self._chase_soon

    def _rest(self) -> None:
        """Do so no more."""
        if self._loop is not None:
            self._interrupts.chase = lambda: None
            self._loop.remove_reader(self._wakeup_fd)

    async def _commands(self) -> int:
        """Have the session's commands run; return its exit status."""
        raise NotImplementedError

    async def _execute(self, command: Callable[[], Outcome]) -> Outcome:
        """Have the worker run a command; wait for its end."""
        future = self._worker.submit(command, self._take_early)
        poll = asyncio.ensure_future(self._poll())
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
        finally:
            poll.cancel()

    async def _on_abandoned(self) -> Outcome:
        """A command was abandoned; what that means for the session."""
        return Outcome(INTERRUPTED, leave=True)

    def _say(self, text: str) -> None:
        """Say something to the user, whatever the worker does."""
        try:
            os.write(2, f"{text}\n".encode(errors="replace"))
        except OSError:
            pass  # the user's code has closed it, or nobody reads it any more

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self._interrupts.poll()
            if self._inner is None:
                self._on_poll()

    def _on_poll(self) -> None:
        """About twice a second while a command runs."""

    # Signals.

    def _take_early(self) -> None:
        """Give the command that is about to begin a Ctrl-C from just before: whoever pressed it, meant that."""
        early, self._early = self._early, False
        signums = self._read_signals()
        if early or signal.SIGINT in signums:
            self._interrupts.press_early()
        self._act_on(signum for signum in signums if signum != signal.SIGINT)

    def _read_signals(self) -> bytes:
        try:
            return os.read(self._wakeup_fd, 4096)
        except BlockingIOError:
            return b""

    def _on_signals(self) -> None:
        signums = self._read_signals()
        if any(signum not in (NUDGE, WAKE) for signum in signums):
            # The kernel may have given it to any thread; the user's handler for it is to run in the worker, now.
            self._interrupts.wake()
        self._act_on(signums)

    def _act_on(self, signums: Iterable[int]) -> None:
        for signum in signums:
            if signum == signal.SIGINT:
                self._on_sigint()
            elif signum in (signal.SIGTERM, signal.SIGHUP):
                if self._interrupts.is_ours(signum):
                    self.leave(128 + signum)
            elif signum == SIGQUIT:
                if self._interrupts.prints_stacks:
                    self._print_stacks()
            elif signum == signal.SIGWINCH:
                self._on_resize()
            elif signum == signal.SIGCONT:
                self._on_continue()

    def _on_sigint(self) -> None:
        self.on_ctrl_c()
        if not self._interrupts.busy:
            self._early = True
        if self._interrupts.press() and self._worker.abandon():
            self._fence()
            return
        self._chase_until = time.monotonic() + CHASE_MIN
        self._silence_noted = False
        self._chase()

    def _print_stacks(self) -> None:
        with suppress(OSError):  # the user's code has closed it
            faulthandler.dump_traceback(2)

    def _fence(self) -> None:
        if self._worker.fence() and self._loop is not None:
            self._loop.call_later(FENCE, self._fence)

    def _on_resize(self) -> None:
        pass

    def _on_continue(self) -> None:
        pass

    def _chase_soon(self) -> None:
        self._soon(self._chase)

    def _soon(self, function: Callable[[], object]) -> None:
        """Have a function called in the console thread.  From any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the session ends
                self._loop.call_soon_threadsafe(function)

    def _chase(self) -> None:
        if not self._chasing:
            self._chasing = True
            self._chase_on()

    def _chase_on(self) -> None:
        """Come back until no interrupt is due any more, nor can become due."""
        self._chasing = False
        interrupts = self._interrupts
        interrupts.escalate()
        silent = time.monotonic() > self._chase_until
        if silent:
            interrupts.unheard()
            if interrupts.silent and not self._silence_noted:
                self._silence_noted = True
                self.on_silence()
        if interrupts.pending:
            interrupts.nudge()
        if interrupts.stuck and not interrupts.told:
            self._on_stuck()
        self._chasing = interrupts.busy and (interrupts.watching or not silent)
        if self._chasing and self._loop is not None:
            eager = interrupts.pending and not interrupts.pending_for(EAGER)
            self._loop.call_later(CHASE if eager else 10 * CHASE, self._chase_on)

    def _on_stuck(self) -> None:
        """Tell the user that the command does not stop, where it is, and what one more press does."""
        interrupts = self._interrupts
        interrupts.told = True
        place = self._worker.place() or "the command"
        if interrupts.protecting:
            self._say(f"gshell: {place} is protected from Ctrl-C; press it once more to break that")
            return
        once_more = f"; press it once more to {self.give_up}" if self.give_up else ""
        if interrupts.silent:
            self._say(f"gshell: {place}, in C code, does not answer Ctrl-C{once_more}")
        else:
            self._say(f"gshell: {place} goes on after Ctrl-C{once_more}")


class BatchConsole(Console):
    """Runs given commands, one after the other, until one fails; no terminal."""

    def __init__(
        self, worker: Worker, interrupts: Interrupts, wakeup_fd: int, commands: list[Callable[[], Outcome]]
    ) -> None:
        super().__init__(worker, interrupts, wakeup_fd)
        self._given = commands

    async def _commands(self) -> int:
        outcome = Outcome()
        for command in self._given:
            outcome = await self._execute(command)
            if outcome.status or outcome.leave:
                break
        return outcome.status


class PromptConsole(Console):
    """Reads cells at the prompt and has them run."""

    give_up = "abandon it"

    def __init__(
        self,
        worker: Worker,
        interrupts: Interrupts,
        wakeup_fd: int,
        commands: list[Callable[[], Outcome]],
        *,
        prompt: Prompt | PlainPrompt,
        terminal: Terminal,
        above: AbovePrompt,
        run_cell: Callable[[str], Outcome],
        recover: Callable[[], Outcome],
        number: int,
        on_ready: Callable[[], None],
        behind_prompt: list[Callable[[], Outcome]],
        nested: bool = False,
    ) -> None:
        super().__init__(worker, interrupts, wakeup_fd)
        self._given = commands
        self._behind_prompt = behind_prompt
        self._prompt = prompt
        self._terminal = terminal
        self._above = above
        self._run_cell = run_cell
        self._recover = recover
        self._number = number  # of the next cell
        self._next_input = ""
        self._on_ready: Callable[[], None] | None = on_ready
        self._nested = nested
        self._busy = False
        self._clock = Clock()

    async def serve(self) -> int:
        self._prompt.keep_title()
        try:
            return await super().serve()
        finally:
            self._above.hide()
            self._prompt.restore_title()
            self._terminal.hand_over()

    def _attend(self) -> None:
        super()._attend()
        if self._loop is not None:
            self._above.connect(self._loop, self._prompt.print_above)
            self._terminal.on_take = lambda: self._soon(self._listen)
            self._terminal.take()

    def _rest(self) -> None:
        super()._rest()
        self._stop_listening()

    async def _commands(self) -> int:
        for command in self._behind_prompt:
            self._worker.submit(command).add_done_callback(lambda _: self._soon(self._prompt.refresh))
        for command in self._given:
            outcome = await self._execute(command)
            if outcome.leave:
                return outcome.status
        broken = False
        while True:
            try:
                text = await self._read()
            except EOFError:
                return 0
            except Exception as error:
                if broken:  # once more, and at once: there is no terminal any more
                    raise
                broken = True
                self._say(f"gshell: the prompt was broken off: {error!r}")
                continue
            broken = False
            if text.strip():
                self._prompt.set_title(title(text))
                outcome = await self._execute(lambda text=text: self._run_cell(text))  # type: ignore[misc]
                if outcome.leave:
                    return outcome.status

    async def _read(self) -> str:
        if not self._above.at_line_start:
            self._above.write(1, b"\n")
        self._prompt.set_title("gshell")
        self._prompt.type_ahead(self._terminal.take_ahead())
        self._above.show()
        self._early = False
        try:
            text, self._next_input = self._next_input, ""
            return await self._prompt.read(self._number, self.on_ctrl_c, self._first_prompt, text)
        finally:
            self._above.hide()

    def _first_prompt(self) -> None:
        """The prompt is on the screen."""
        on_ready, self._on_ready = self._on_ready, None
        if on_ready is not None and self._loop is not None:
            # Who types at once should not find a toolkit being loaded.
            self._loop.call_later(SETTLE, on_ready)

    async def _execute(self, command: Callable[[], Outcome]) -> Outcome:
        self._busy = True
        self._clock = Clock()
        self._terminal.take()
        # Before the command has begun: it may read the terminal, and what is typed from then on is for it.
        typed, pressed = self._prompt.typed_ahead()
        self._terminal.keep(typed)
        self._early |= pressed
        try:
            return self._noted(await super()._execute(command))
        finally:
            # One that ended the command's child, and with it the command, before we have come to it.
            signums = self._read_signals()
            if signal.SIGINT in signums and self._terminal.echoes:
                self._above.at_line_start = False
            self._act_on(signum for signum in signums if signum != signal.SIGINT)
            self._busy = False
            self._terminal.take()
            self._stop_listening()

    def _noted(self, outcome: Outcome) -> Outcome:
        """Remember what an outcome says about the next prompt.

        A command that was broken off (below) says nothing; it was a cell that had its number, as good as always.
        """
        self._number = outcome.number or self._number + 1
        self._next_input = outcome.next_input
        return outcome

    def _on_poll(self) -> None:
        self._terminal.take_back()

    async def _on_abandoned(self) -> Outcome:
        if self._nested:  # and with it the command that this console is in
            return Outcome(INTERRUPTED, leave=True)
        self._say("gshell: abandoned; its thread ends when it can")
        outcome: Outcome = await asyncio.wrap_future(self._worker.submit(self._recover))
        return replace(outcome, status=INTERRUPTED, leave=False)

    def _say(self, text: str) -> None:
        self._above.say(text)

    # Keys, while a command runs.

    def _listen(self) -> None:
        if self._loop is not None and self._busy and not self._terminal.echoes:
            self._loop.add_reader(self._terminal.fd, self._on_key)

    def _stop_listening(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._terminal.fd)

    def _on_key(self) -> None:
        self._stop_listening()
        if self._loop is not None:
            self._loop.call_later(LINGER, self._read_keys)

    def _read_keys(self) -> None:
        if self._busy:
            wants_status = self._terminal.read_ahead()
            self._listen()
            if wants_status:
                self._say(self._clock.status(self._worker.place()))

    # Signals.

    def _on_sigint(self) -> None:
        if self._prompt.is_reading:
            self._prompt.interrupt()
        else:
            if self._busy and self._terminal.echoes:  # the kernel has written "^C"
                self._above.at_line_start = False
            super()._on_sigint()

    def _on_stuck(self) -> None:
        if self._terminal.echoes and not self._interrupts.silent:
            self._interrupts.told = False  # a program with a prompt of its own (pdb), where Ctrl-C means something else
        else:
            super()._on_stuck()

    def _print_stacks(self) -> None:
        self._printing = asyncio.ensure_future(self._prompt.print_above(super()._print_stacks))

    def _on_resize(self) -> None:
        self._prompt.resize()

    def _on_continue(self) -> None:
        if self._busy:
            self._terminal.again()
        else:
            self._prompt.resize()


def start(console: Console, on_end: Callable[[int], None]) -> threading.Thread:
    """Run the console in a thread of its own; `on_end(status)` is called there at its end."""

    def run() -> None:
        status = 1
        try:
            status = console.run()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            on_end(status)

    thread = threading.Thread(target=run, name="console", daemon=True)
    thread.start()
    return thread

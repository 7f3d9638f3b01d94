"""The console thread: reads cells at the prompt, has the worker run them, and acts on signals.

Its asyncio loop is the one place that reads the wakeup fd: CPython's C-level handler writes the number of each
signal there, whichever thread the kernel gave it to, and whatever the worker is doing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from gshell.shell.shell import Outcome
from gshell.threads.interrupt import Interrupts
from gshell.threads.role import NUDGE, WAKE

if TYPE_CHECKING:
    from gshell.console.output import AbovePrompt
    from gshell.console.prompt import Prompt
    from gshell.console.terminal import Terminal

Submit = Callable[[Callable[[], Outcome]], "Future[Outcome]"]

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


class Console:
    """The console thread's loop, for a prompt or for a fixed list of commands."""

    def __init__(self, submit: Submit, interrupts: Interrupts, wakeup_fd: int) -> None:
        self._submit = submit
        self._interrupts = interrupts
        self._wakeup_fd = wakeup_fd
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left: asyncio.Future[int] | None = None
        self._chase_until = 0.0
        self._chasing = False
        self.on_ctrl_c: Callable[[], None] = lambda: None
        """Called for every Ctrl-C, at the prompt too."""

    def run(self) -> int:
        """Run until the end of the session; return its exit status.  This is the console thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(self._run())

    def leave(self, status: int) -> None:
        """End the session, whatever runs.  In the console thread."""
        if self._left is not None and not self._left.done():
            self._left.set_result(status)

    async def _run(self) -> int:
        self._loop = asyncio.get_running_loop()
        self._left = self._loop.create_future()
        self._loop.add_reader(self._wakeup_fd, self._on_signals)
        self._interrupts.chase = self._chase_soon
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
            self._interrupts.chase = lambda: None
            self._loop.remove_reader(self._wakeup_fd)

    async def _commands(self) -> int:
        """Have the session's commands run; return its exit status."""
        raise NotImplementedError

    async def _execute(self, command: Callable[[], Outcome]) -> Outcome:
        """Have the worker run a command; wait for its end."""
        future = self._submit(command)
        self._on_busy()
        poll = asyncio.ensure_future(self._poll())
        try:
            return await asyncio.wrap_future(future)
        except Exception as error:
            # What a command raises is shown where it runs.  This came from our own code, or a signal handler of the
            # user's has raised there; neither ends a session.
            print(f"gshell: the command was broken off: {error!r}", file=sys.stderr)
            return Outcome(1)
        finally:
            poll.cancel()

    def _on_busy(self) -> None:
        """A command has just been given to the worker."""

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self._interrupts.poll()

    # Signals.

    def _on_signals(self) -> None:
        signums = os.read(self._wakeup_fd, 4096)
        if any(signum not in (NUDGE, WAKE) for signum in signums):
            # The kernel may have given it to any thread; the user's handler for it is to run in the worker, now.
            self._interrupts.wake()
        for signum in signums:
            if signum == signal.SIGINT:
                self._on_sigint()
            elif signum in (signal.SIGTERM, signal.SIGHUP):
                if self._interrupts.is_ours(signum):
                    self.leave(128 + signum)
            elif signum == signal.SIGWINCH:
                self._on_resize()
            elif signum == signal.SIGCONT:
                self._on_continue()

    def _on_sigint(self) -> None:
        self.on_ctrl_c()
        self._interrupts.press()
        self._chase_until = time.monotonic() + CHASE_MIN
        self._chase()

    def _on_resize(self) -> None:
        pass

    def _on_continue(self) -> None:
        pass

    def _chase_soon(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._chase)

    def _chase(self) -> None:
        if not self._chasing:
            self._chasing = True
            self._chase_on()

    def _chase_on(self) -> None:
        """Come back until no interrupt is due any more, nor can become due."""
        interrupts = self._interrupts
        interrupts.escalate()
        if time.monotonic() > self._chase_until:
            interrupts.unheard()
        if interrupts.pending:
            interrupts.nudge()
        waiting = interrupts.pending or interrupts.deadline is not None or time.monotonic() < self._chase_until
        self._chasing = interrupts.busy and waiting
        if self._chasing and self._loop is not None:
            self._loop.call_later(CHASE if interrupts.pending else 10 * CHASE, self._chase_on)


class BatchConsole(Console):
    """Runs given commands, one after the other, until one fails; no terminal."""

    def __init__(
        self, submit: Submit, interrupts: Interrupts, wakeup_fd: int, commands: list[Callable[[], Outcome]]
    ) -> None:
        super().__init__(submit, interrupts, wakeup_fd)
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

    def __init__(
        self,
        submit: Submit,
        interrupts: Interrupts,
        wakeup_fd: int,
        commands: list[Callable[[], Outcome]],
        *,
        prompt: Prompt,
        terminal: Terminal,
        above: AbovePrompt,
        run_cell: Callable[[str], Outcome],
        number: Callable[[], int],
        on_ready: Callable[[], None],
        behind_prompt: Callable[[], Outcome] | None,
    ) -> None:
        super().__init__(submit, interrupts, wakeup_fd)
        self._given = commands
        self._behind_prompt = behind_prompt
        self._prompt = prompt
        self._terminal = terminal
        self._above = above
        self._run_cell = run_cell
        self._number = number
        self._on_ready: Callable[[], None] | None = on_ready
        self._busy = False

    def run(self) -> int:
        try:
            return super().run()
        finally:
            self._above.hide()
            self._terminal.hand_over()

    async def _commands(self) -> int:
        assert self._loop is not None
        self._prompt.on_ctrl_c = self.on_ctrl_c
        self._above.connect(self._loop, self._prompt.run_above)
        self._terminal.take()
        if self._behind_prompt is not None:
            self._submit(self._behind_prompt)
        for command in self._given:
            outcome = await self._execute(command)
            if outcome.leave:
                return outcome.status
        while True:
            try:
                text = await self._read()
            except EOFError:
                return 0
            if text.strip():
                outcome = await self._execute(lambda text=text: self._run_cell(text))  # type: ignore[misc]
                if outcome.leave:
                    return outcome.status

    async def _read(self) -> str:
        if not self._above.at_line_start:
            self._above.write(1, b"\n")
        self._above.show()
        try:
            return await self._prompt.read(self._number(), self._first_prompt)
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
        self._terminal.take()
        try:
            return await super()._execute(command)
        finally:
            self._busy = False
            self._terminal.take()

    def _on_busy(self) -> None:
        # Keys that came after Enter and before the terminal was in busy mode are still in its queue, Ctrl-C as a
        # character among them.
        if self._prompt.typed_ahead():
            os.killpg(os.getpgrp(), signal.SIGINT)  # as the kernel does: a child may have been started meanwhile

    def _on_sigint(self) -> None:
        if self._above.prompting:
            self._prompt.interrupt()
        else:
            if self._terminal.echoes:  # the kernel has written "^C"
                self._above.at_line_start = False
            super()._on_sigint()

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

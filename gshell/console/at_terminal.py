"""The terminal, the prompt and the streams around it: what a console at the terminal needs, connected."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TextIO

from gshell.console.beside import Beside
from gshell.console.chase import Reach
from gshell.console.guests import Guests
from gshell.console.lookups import Lookups
from gshell.console.on_demand import OnDemand
from gshell.console.output import AbovePrompt
from gshell.console.output_stream import text_stream
from gshell.console.plain import PlainPrompt
from gshell.console.prompt import Prompt
from gshell.console.prompt_console import PromptConsole
from gshell.console.recall import Recall
from gshell.console.terminal import Terminal, TerminalInput
from gshell.console.terminal_guard import TerminalGuard
from gshell.console.typed import control_key
from gshell.console.visiting import Running
from gshell.console.which_terminal import is_plain
from gshell.shell.host import LineEditor
from gshell.shell.known_magics import KnownMagic
from gshell.shell.outcome import Outcome
from gshell.shell.shell import Shell
from gshell.streams import flush, visible
from gshell.threads.interrupts import Interrupts
from gshell.threads.right_of_way import RightOfWay
from gshell.threads.worker import Worker


class AtTerminal:
    """Makes consoles, one within the other, that share one prompt.

    Raises OSError or termios.error if standard input is no terminal, or one that was closed.
    """

    def __init__(
        self,
        shell: Shell,
        toolbar: Callable[[], str],
        reach: Reach,
        ring: Callable[[], None],
        figures: Callable[[], int],
        right_of_way: RightOfWay,
        running: Running,
        *,
        breaks_reads: bool,
    ) -> None:
        """`toolbar()` says what the line under the prompt begins with; `ring()` wakes the console, from any thread.

        `figures()`: how many there are; from any thread.  `reach`: see Console; `running`: the command
        that runs; `breaks_reads`: see Terminal.
        """
        self._shell = shell
        self._reach = reach
        self._figures = figures
        self._guests = Guests()
        self._undo = ExitStack()
        self._streams: list[tuple[str, int]] = []  # those that are ours: name in sys, descriptor
        self._stdin = -1  # the descriptor under ours
        # The console's own way to the terminal: the user's code may close sys.stdout, or even descriptor 1.
        stdin = open(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="surrogateescape")
        stdout = open(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", errors="backslashreplace")
        self._above = AbovePrompt(stdout.fileno())
        self._terminal = Terminal(stdin.fileno(), ring, self._above.wipe_typed, breaks_reads=breaks_reads)
        self._guard = TerminalGuard(stdin.fileno(), self._terminal.ordinary_mode, self._terminal.mark)
        self._lookups = Lookups(lambda: self._beside.names() or dict(shell.namespace), self._magics, shell.settings)
        self._prompt: Prompt | PlainPrompt
        if is_plain(os.environ.get("TERM")):
            shell.settings.set("colors", "none")
            self._prompt = PlainPrompt(shell.cells.is_complete, self._terminal.hand_over, stdin, stdout, reach.on_press)
        else:
            self._prompt = Prompt(
                Recall(shell.history),
                shell.cells.is_complete,
                self._lookups,
                shell.settings,
                toolbar,
                stdin,
                stdout,
                reach.on_press,
                right_of_way,
            )
        self._beside = Beside(
            running,
            self._prompt.beside if isinstance(self._prompt, Prompt) else None,
            lambda: self._prompt.start_line(is_started=self._above.at_line_start),
            self._terminal,
            self._above,
            control_key(shell.settings.beside_key),
        )
        for each in (self._above, self._terminal, self._guard):
            os.register_at_fork(after_in_child=each.after_fork)

    def _magics(self) -> Mapping[str, KnownMagic]:
        return {**self._shell.magics.known(), **self._beside.magics()}

    def restore_terminal(self) -> None:
        """Put the terminal into its ordinary mode.  From any thread."""
        self._terminal.hand_over()

    def guard(self) -> None:
        """Have its ordinary mode be put back even if this process is killed, from now on.  From one thread."""
        self._guard.begin()

    def handed_over(self) -> AbstractContextManager[None]:
        """Meanwhile somebody reads many lines from the terminal, which is theirs.  In the worker."""
        return self._terminal.handed_over()

    def say(self, message: str) -> None:
        """Say something to the user, above the prompt if there is one.  From any thread."""
        self._above.put(2, f"{visible(message)}\n".encode(errors="replace"))

    def own_lines(self) -> AbstractContextManager[None]:
        """What is written meanwhile has lines of its own.  In any thread."""
        return self._above.own_lines()

    @property
    def line_editor(self) -> LineEditor | None:
        """Where a line can be read, edited as cells are; None if nobody has the terminal.

        Nor in the worker where the terminal can't edit: it has that for itself, and reads as input() does.
        """
        if not self._guests.are_received or not (self._prompt.can_move or not self._guests.in_worker):
            return None
        return self._guests

    @property
    def is_installed(self) -> bool:
        """Whether the user's code reads and writes through this."""
        return self._stdin >= 0

    def install(self) -> None:
        """Have the user's code read and write through this, until uninstall()."""
        self._undo.callback(setattr, sys, "stdin", sys.stdin)
        for name, fd in (("stdout", 1), ("stderr", 2)):
            stock: TextIO = getattr(sys, name)
            if stock.isatty():
                stock.flush()
                setattr(sys, name, text_stream(fd, self._above))
                self._streams.append((name, fd))
                self._undo.callback(self._give_back, name, stock)
        self._stdin = sys.stdin.fileno()
        sys.stdin = self._text_input()
        self._undo.callback(
            OnDemand(self._terminal, lambda: self._above.prompting, lambda: self._guests.are_others, self._beside).undo
        )

    @staticmethod
    def _give_back(name: str, stock: TextIO) -> None:
        flush(getattr(sys, name, None))
        setattr(sys, name, stock)

    def uninstall(self) -> None:
        """Have everything as it was."""
        self._undo.close()
        self._streams.clear()
        self._stdin = -1
        self._lookups.close()

    def repair(self) -> None:
        """Have streams of ours again where the user's code has deleted or closed them, or put there what is none."""
        for name, fd in self._streams:
            if not _is_usable(getattr(sys, name, None), "write"):
                setattr(sys, name, text_stream(fd, self._above))
        if self.is_installed and not _is_usable(getattr(sys, "stdin", None), "readline"):
            sys.stdin = self._text_input()

    def _text_input(self) -> Any:
        raw: Any = TerminalInput(self._stdin, self._terminal)
        return io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8", errors="surrogateescape")

    def warm_up(self) -> None:
        """Load what completion needs."""
        if isinstance(self._prompt, Prompt):
            self._lookups.warm_up()

    def console(
        self,
        kind: type[PromptConsole],
        worker: Worker,
        interrupts: Interrupts,
        wakeup_fd: int,
        commands: list[Callable[[], Outcome]],
        **options: Any,
    ) -> PromptConsole:
        """A console with the prompt; the arguments are its own."""
        shell = self._shell
        return kind(
            worker,
            interrupts,
            wakeup_fd,
            self._reach,
            commands,
            prompt=self._prompt,
            terminal=self._terminal,
            above=self._above,
            guests=self._guests,
            beside=self._beside,
            losses=self._losses,
            run_cell=shell.run_cell,
            recover=shell.recover,
            number=shell.cells.next_number,
            **options,
        )

    def _losses(self) -> str:
        """What is lost if the session ends now, for a question; empty if nothing, or nobody wants to be asked."""
        if not self._shell.settings.confirm_leave:
            return ""
        counts = {"variable": len(self._shell.names.made()), "figure": self._figures()}
        return ", ".join(f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count)

    def nested_console(self, worker: Worker, interrupts: Interrupts, wakeup_fd: int) -> PromptConsole:
        """The same within a command.  Raises RuntimeError in a look at the command that runs."""
        if self._beside.looks_here():
            raise RuntimeError("embed() at the prompt beside a running command")
        parts = PromptConsole, worker, interrupts, wakeup_fd
        return self.console(*parts, [], on_ready=self.warm_up, behind_prompt=[], nested=True)


def _is_usable(stream: Any, method: str) -> bool:
    try:
        return callable(getattr(stream, method)) and not getattr(stream, "closed", False)
    except Exception:  # detach() has been called, say; or it is an object of the user's
        return False

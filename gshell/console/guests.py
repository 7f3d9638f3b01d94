"""Those who want a line from the user while a console has the terminal: the debugger, in whatever thread it is.

Only the console thread reads keys.  So who wants a line asks for it, and waits; the innermost console shows the prompt
for it, above the command that runs or in the place of its own prompt.  One at a time: the others wait for their turn.
"""

from __future__ import annotations

import queue
from _queue import SimpleQueue
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from gshell.native_threads import get_ident
from gshell.shell.host import NoLineEditor

if TYPE_CHECKING:
    from gshell.shell.completion import Completion

Complete = Callable[[str, int], "list[Completion]"]


class Interlude(Exception):
    """The prompt makes room for somebody else's."""


class Request:
    """For one line."""

    def __init__(self, prompt: str, complete: Complete, *, in_worker: bool) -> None:
        self.prompt = prompt
        self.complete = complete
        """What can follow in a text at the cursor; to be called in any thread but the console's."""
        self.in_worker = in_worker
        """Whether it is the worker that asks."""
        self.was_interrupted = False
        """Whether the answer was Ctrl-C."""
        self._answers: SimpleQueue[str | BaseException] = SimpleQueue()

    def give(self, answer: str | BaseException) -> None:
        """The user has answered so; or will not.  In the console thread."""
        self.was_interrupted = isinstance(answer, KeyboardInterrupt)
        self._answers.put(answer)

    def take(self, *, wait: bool) -> str:
        """The answer.  Raises EOFError, also if there is none, or KeyboardInterrupt.  In the thread that asks."""
        try:
            answer = self._answers.get(block=wait)
        except queue.Empty:  # the session ends
            answer = EOFError()
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Receives(Protocol):
    """A console."""

    def runs_here(self) -> bool:
        """Whether the calling thread is the one that runs its commands."""
        ...

    def ask_for(self, request: Request, come: Callable[[], object]) -> None:
        """Call `come()`, and wait until the request has its answer.  In the thread that runs its commands."""
        ...

    def receive_soon(self) -> None:
        """Somebody waits.  From any thread."""
        ...

    def come_back_soon(self) -> None:
        """Somebody has read the last of some lines, and what made way for that may come back.  From any thread."""
        ...


class Guests:
    """Those that wait, and the consoles, the innermost last."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()
        self._consoles: list[Receives] = []
        self._visitors: list[int] = []  # the threads of those that read several lines
        self._farewell: type[Exception] = EOFError  # what who waits gets instead of a line when there is no console

    @contextmanager
    def visit(self) -> Iterator[None]:
        """The calling thread reads several lines, between which nobody else is to have the terminal."""
        me = get_ident()
        self._visitors.append(me)
        try:
            yield
        finally:
            self._visitors.remove(me)

    @property
    def are_others(self) -> bool:
        """Whether another thread than the calling one does so."""
        return any(visitor != get_ident() for visitor in list(self._visitors))

    @property
    def are_received(self) -> bool:
        """Whether there is a console that has the terminal.  From any thread."""
        return bool(self._consoles)

    @property
    def in_worker(self) -> bool:
        """Whether the calling thread is the one that runs the commands of the console."""
        return bool(self._consoles) and self._consoles[-1].runs_here()

    def read(self, prompt: str, complete: Complete) -> str:
        """Have the user type a line.  From any thread but the console's.

        Raises EOFError for Ctrl-D, or if the session ends; NoLineEditor if only the console has left; KeyboardInterrupt
        for Ctrl-C.
        """
        try:
            console = self._consoles[-1]
        except IndexError:
            raise self._farewell from None
        request = Request(prompt, complete, in_worker=console.runs_here())
        if request.in_worker:
            console.ask_for(request, lambda: self._come(request))
        else:
            self._come(request)
        return request.take(wait=not request.in_worker)

    def go_on(self) -> None:
        """The calling thread goes on, and reads no more lines soon.  From any thread but the console's."""
        with suppress(IndexError):  # the session ends
            self._consoles[-1].come_back_soon()

    def _come(self, request: Request) -> None:
        self._waiting.append(request)
        consoles = self._consoles
        if consoles:
            consoles[-1].receive_soon()
        else:
            self._send_away()

    # In the console thread.

    def look(self) -> Request | None:
        """The one whose turn it is; the worker's comes first, as it has the command that runs."""
        waiting = list(self._waiting)
        return next((each for each in waiting if each.in_worker), waiting[0] if waiting else None)

    def serve(self, request: Request) -> None:
        """It has the terminal."""
        self._waiting.remove(request)

    def enter(self, console: Receives) -> None:
        """From now on this console has the terminal."""
        self._consoles.append(console)

    def leave(self, console: Receives) -> None:
        """It has it no more: the one around it has, or nobody."""
        self._consoles.remove(console)
        if self._consoles:
            self._consoles[-1].receive_soon()
        else:
            self._send_away()

    def outlive_consoles(self) -> None:
        """The last console is about to leave, and who waits then has the terminal for himself."""
        self._farewell = NoLineEditor

    def _send_away(self) -> None:
        while self._waiting:
            self._waiting.popleft().give(self._farewell())

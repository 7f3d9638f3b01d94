"""What it takes to run a piece of the user's code as a command: whatever it raises, breaks or leaves behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn, TypeVar

from gshell import reserve
from gshell.native_threads import get_ident
from gshell.settings import Settings
from gshell.shell.awaiting import SessionLoop
from gshell.shell.breakpoints import Breakpoints, was_quit
from gshell.shell.errors import OnlyChildInterrupted, UsageError
from gshell.shell.exit import Leave, last_words, status_of
from gshell.shell.host import Host, Interrupts, LineEditor
from gshell.shell.last_exception import remember
from gshell.shell.namespace import Namespace
from gshell.shell.outcome import Outcome
from gshell.shell.tracebacks import print_exception
from gshell.streams import flush, show, standard_streams
from gshell.threads.flag import INTERRUPTED
from gshell.threads.protection import interruptible, protected

T = TypeVar("T")

MOMENT = 0.2
"""Seconds in which an exception after a KeyboardInterrupt is taken for what C code has made of it."""


class Commands:
    """Runs one command after the other, each one perhaps within another (embed()).  In the worker, all of it.

    How a command ends, in this order, whatever it did: what it has left is undone, what the user's code has broken is
    repaired, what it has raised is shown, the figures are drawn, the output is flushed.  All of that but the repairing
    runs user code, too (a `__str__`, a callback), so Ctrl-C stops it, and what it raises is not lost.
    """

    def __init__(self, settings: Settings, host: Host, interrupts: Interrupts, names: Namespace) -> None:
        self.settings = settings
        self._names = names
        self._host = host
        self._interrupts = interrupts
        self.breakpoints = Breakpoints(self)
        self.loop = SessionLoop()
        """What runs coroutines; a command that was abandoned has taken it with it."""
        self._undo: list[ExitStack] = []
        self._kept = 0  # how many of them belong to the command that this one is nested in
        self._streams = standard_streams()
        self._worker = 0  # the ident of the thread that runs commands
        self._silent = False
        self._status = 0
        self._pid = os.getpid()

    @property
    def line_editor(self) -> LineEditor | None:
        """Who edits a line for the debugger; None: it is read as input() does.  From any thread."""
        return self._host.line_editor

    def looks_here(self) -> bool:
        """Whether the calling thread runs a look at a command, and not the command."""
        return self._names.is_looked_at

    def run_here(self) -> bool:
        """Whether this is the thread that runs them.  From any thread."""
        return get_ident() == self._worker

    def interrupt_answered(self) -> None:
        """A prompt of a command's has answered Ctrl-C, and the command may go on."""
        self._interrupts.answered()

    def note_status(self, status: int) -> None:
        """A script, or a command of the system's, has ended so: the exit status of the command, if it raises nothing.

        In the worker.
        """
        self._status = status if status >= 0 else 128 - status

    @property
    def silent(self) -> bool:
        """Whether the session ends, whatever runs."""
        return self._silent

    def show_no_more(self) -> None:
        """The session ends, whatever runs: what that breaks in the user's code is not shown.  From any thread."""
        self._silent = True

    @protected
    def run(self, command: Callable[[], object], *, in_prompt: bool) -> Outcome:
        """Run `command()` as user code; show what it raises."""
        self._streams = standard_streams()
        self._worker = get_ident()
        self._status = 0
        self._host.before_command()
        try:
            try:
                self._interruptibly(command)
            finally:
                reserve.release()  # it may have caught a MemoryError, and have left nothing for what comes now
                self._undo_rest()
            self._interrupts.deliver()  # one that came in the command's last moment
            outcome = Outcome(self._status if in_prompt else 0)
            self._host.repair()
        except BaseException as error:
            self._host.repair()
            outcome = self._after_exception(self._with_interrupt(error), in_prompt=in_prompt)
        if os.getpid() != self._pid:
            self._end_forked_child(outcome.status)
        for function in (self._host.after_command, self._flush):
            try:
                self._interruptibly(function)
            except BaseException as error:
                _complain(f"{type(error).__name__}: {error}" if type(error) is OSError else type(error).__name__)
        return outcome

    @protected
    def _with_interrupt(self, error: BaseException) -> BaseException:
        """The KeyboardInterrupt that came while the command raised `error`, perhaps because of it.

        SQLite ends a query with an error of its own, and C code that calls Python code (matplotlib's renderer, for a
        transform) makes another exception of what that raises.
        """
        if not isinstance(error, Exception):
            return error
        if not self._forget_interrupt() and (_has_interrupt(error) or not self._interrupts.raised_within(MOMENT)):
            return error
        interrupt = KeyboardInterrupt()
        if isinstance(error, SystemError):  # the interpreter's word for "somebody has dropped an exception" (numpy has)
            return interrupt.with_traceback(error.__traceback__)
        interrupt.__context__ = error
        return interrupt

    @protected
    def _after_exception(self, error: BaseException, *, in_prompt: bool) -> Outcome:
        if isinstance(error, MemoryError):
            reserve.release()
        interrupted = isinstance(error, KeyboardInterrupt)
        outcomes: list[Outcome] = []
        try:
            if interrupted:
                self._forget_interrupt()  # who presses twice has seen what one press does
            # What an exception has to say is user code too: its code, its str, its traceback.
            self._interruptibly(lambda: outcomes.append(self._explain(error, in_prompt=in_prompt)))
        except KeyboardInterrupt:  # now without: what there is to be said must not be lost
            if not outcomes:
                outcomes.append(self._explain(error, in_prompt=in_prompt))
        except BaseException as broken:
            why = "" if interrupted else f" (it could not be shown: {type(broken).__name__})"
            _complain(f"{type(error).__name__}{why}")
            return Outcome(INTERRUPTED if interrupted else 1)
        return outcomes[0]

    def _forget_interrupt(self) -> bool:
        """Whether an interrupt is due; it is no more."""
        try:
            self._interrupts.deliver()
        except KeyboardInterrupt:
            return True
        return False

    def _explain(self, error: BaseException, *, in_prompt: bool) -> Outcome:
        """Show what a command has raised; return what that means for the session."""
        if isinstance(error, Leave):
            last_words(error)
            return Outcome(status_of(error), leave=True)
        if isinstance(error, SystemExit):
            last_words(error)
            if in_prompt and type(error) is SystemExit and error.code is not None:
                print("SystemExit ends a script; exit or Ctrl-D leaves gshell", file=sys.stderr)
            return Outcome(status_of(error))
        if isinstance(error, UsageError):
            show(error, file=sys.stderr)
            return Outcome(2)
        if not self._silent and not was_quit(error) and not isinstance(error, OnlyChildInterrupted):
            self.show_exception(error)
            self.breakpoints.after(error)
        return Outcome(INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1)

    @contextmanager
    def undoing(self) -> Iterator[ExitStack]:
        """A stack for what must be undone when a part of the command ends, and also if it is abandoned."""
        with ExitStack() as stack:
            self._undo.append(stack)
            try:
                yield stack
            finally:
                if stack in self._undo:
                    self._undo.remove(stack)

    @contextmanager
    def nested(self) -> Iterator[ExitStack]:
        """Commands run within the one that runs; like undoing(), but what these leave does not end the stack."""
        kept, streams = self._kept, self._streams
        with self.undoing() as undo:
            undo.callback(self._end_nested, kept, streams)
            self._kept = len(self._undo)
            yield undo

    def _end_nested(self, kept: int, streams: tuple[Any, Any, Any]) -> None:
        self._kept, self._streams = kept, streams

    @protected
    def recover(self) -> Outcome:
        """Put things in order after a command that was abandoned.  In the new worker."""
        self.loop.forget()
        sys.stdin, sys.stdout, sys.stderr = self._streams  # it may have redirected them
        self._kept = 0
        return self.run(lambda: None, in_prompt=False)

    @protected
    def _undo_rest(self) -> None:
        """Undo what the command has left: it was abandoned, or an exception has hit the shell's own code."""
        while len(self._undo) > self._kept:
            try:
                self._undo.pop().close()
            except BaseException as error:
                self.show_exception(error)

    @interruptible
    def _interruptibly(self, command: Callable[[], T]) -> T:
        self._interrupts.deliver()
        result = command()
        # An asynchronous exception (async_exc.py) may be on its way, and is raised when a function is called: this one,
        # or it would be in the code that called us.
        self._interrupts.deliver()
        return result

    def show_exception(self, error: BaseException) -> None:
        """Print the traceback of an exception of the user's code, and remember it for post-mortem debugging."""
        self._flush()  # what was printed before comes before
        remember(error)
        print_exception(error, sys.stderr, self.settings, self.settings.tracebacks)

    @staticmethod
    def _flush() -> None:
        for stream in standard_streams()[1:]:
            flush(stream)

    def _end_forked_child(self, status: int) -> NoReturn:
        """A child that os.fork() made in the command ends with it: the shell's other threads are not in it."""
        try:
            self._flush()
        finally:
            os._exit(status)


def _has_interrupt(error: BaseException | None) -> bool:
    """Whether KeyboardInterrupt is what has led to `error`."""
    seen = set[int]()  # `raise error from error` makes a ring
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__context__ if error.__cause__ is None else error.__cause__
    return False


def _complain(text: str) -> None:
    """Say something when saying it properly has failed."""
    try:
        os.write(2, f"{text}\n".encode(errors="replace"))
    except OSError:
        pass  # there is nobody to hear it

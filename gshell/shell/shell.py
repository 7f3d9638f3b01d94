"""The shell's language side: a namespace, and cells that run in it."""

from __future__ import annotations
import __future__

import ast
import builtins
import functools
import inspect
import linecache
import operator
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from gshell.magics import debugging
from gshell.magics.registry import Given, call_magic, known
from gshell.settings import Settings
from gshell.shell.awaiting import SessionLoop
from gshell.shell.display import Display, is_silenced
from gshell.shell.errors import UsageError
from gshell.shell.history import History
from gshell.shell.macro import Macro
from gshell.shell.script import run_script
from gshell.shell.tracebacks import flush, print_exception, use_settings, user_traceback
from gshell.shell.transform import CALL, is_complete, transform
from gshell.threads.protection import interruptible, protected

if TYPE_CHECKING:
    from gshell.magics.logs import Log
    from gshell.magics.reloading import Reloader
    from gshell.shell.caller import Caller
    from gshell.threads.interrupts import Interrupts

T = TypeVar("T")

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended: 128 + SIGINT, as in every shell."""

MOMENT = 0.2
"""Seconds in which an exception after a KeyboardInterrupt is taken for what C code has made of it."""

_PIECE = "<magic>"
"""What tracebacks call a piece of a cell."""

_OWN_NAME = re.compile(r"__builtins__|In|Out|_[ido]h|_exit_code|_+|_\d+|_i+|_i\d+")

_FUTURE_FLAGS = functools.reduce(
    operator.or_,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names if name != "nested_scopes"),
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int = 0
    """The exit status that a program would have had."""
    leave: bool = False
    """The user asked to leave the shell."""


def _last_words(text: str) -> None:
    """Say something when saying it properly has failed."""
    try:
        os.write(2, f"{text}\n".encode(errors="replace"))
    except OSError:
        pass  # there is nobody to hear it


def _filename(number: int) -> str:
    """What tracebacks call a cell."""
    return f"<In [{number}]>"


def is_shells_name(name: str) -> bool:
    """Whether a name is one that the shell gives in the user's namespace, or Python itself."""
    return _OWN_NAME.fullmatch(name) is not None


def _has_interrupt(error: BaseException | None) -> bool:
    """Whether KeyboardInterrupt is what has led to `error`."""
    seen = set[int]()  # `raise error from error` makes a ring
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__context__ if error.__cause__ is None else error.__cause__
    return False


class Leave(SystemExit):
    """Raised by `exit()` and `quit()` of the session: leave the shell (in a script: end the script)."""


class _Exit:
    """The session's `exit` and `quit`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, status: object = None) -> NoReturn:
        raise Leave(status)

    def __repr__(self) -> str:
        return f"{self._name}, or Ctrl-D, leaves gshell"


class Shell:
    """Runs cells and scripts in one namespace.  In the worker, all of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        use_settings(settings)
        self.main = ModuleType("__main__")
        self.namespace: dict[str, Any] = self.main.__dict__
        self.number = 1
        """The number of the next cell."""
        self.history = History(tell=lambda message: print(message, file=sys.stderr))
        """What was typed; the session's own, on disk, takes its place."""
        self.next_input = ""
        """What the next prompt has as its text, to be edited."""
        self.on_input: Callable[[str], None] = lambda text: None
        """Called with the text of a cell that is about to run."""
        self.last_edit: str | tuple[str, int] | None = None
        """What the last `%edit` was about: a text, or a file and a line."""
        self.log: Log | None = None
        """What %logstart has begun."""
        self.last_run: Given | None = None
        """What the last `run` was given."""
        self.script_context: Callable[[], AbstractContextManager[None]] = nullcontext
        """Entered while a script runs."""
        self.at_terminal: Callable[[], AbstractContextManager[None]] = nullcontext
        """Entered while somebody reads many lines from the terminal, which is theirs meanwhile."""
        self.on_gui: Callable[[Callable[[], Any]], Any] = lambda function: function()
        """Runs a function on the GUI thread."""
        self.runs_on_gui: Callable[[bytes], str] = lambda source: ""
        """Says by which name a program builds an application of the toolkit, so that it belongs on the GUI thread."""
        self.is_toolkit: Callable[[str, str], bool] = lambda wanted, name: wanted == name
        """Says whether the toolkit `name` is what a user calls `wanted`."""
        self.use_backend: Callable[[str], str] = lambda name: name
        """Switches matplotlib's backend, named so or by its toolkit; returns the name of the one that is used then."""
        self.backends: Sequence[str] = ()
        """Names that it takes."""
        self.after_command: Callable[[], None] = lambda: None
        """Called when a command has ended."""
        self.repair: Callable[[], None] = lambda: None
        """Called when a command has ended, before anything is shown: puts back what the shell needs."""
        self.deliver_interrupt: Callable[[], None] = lambda: None
        """Called before user code begins: raises the KeyboardInterrupt that is due, if one is."""
        self.interrupt_answered: Callable[[], None] = lambda: None
        """Called when a prompt within a command has answered KeyboardInterrupt, and the command may go on."""
        self.was_interrupted: Callable[[], bool] = lambda: False
        """Whether KeyboardInterrupt was raised in the command a moment ago."""
        self.worker = 0
        """The ident of the thread that runs commands."""
        self.ending = False
        """Whether the session ends, whatever runs: what that breaks in the user's code is not shown."""
        self.directories: list[str] = []
        """The directories that the user has been in by `cd`, the first one where the session began."""
        with suppress(OSError):  # it was deleted
            self.directories.append(os.getcwd())
        self.directory_stack: list[str] = []
        """Those that `popd` goes back to, the first one first."""
        self.before_cell: list[Callable[[Shell], None]] = []
        """Called before a cell begins, as a part of it."""
        self.after_cell: list[Callable[[Shell], None]] = []
        """Called when it has ended, however it did."""
        self.reloader: Reloader | None = None
        """What %autoreload knows."""
        self.extensions: dict[str, ModuleType] = {}
        """The modules that %load_ext has loaded."""
        self.toolkit: Callable[[], str] = lambda: ""
        """Says which toolkit's windows the session has; empty if none."""
        self._undo: list[ExitStack] = []
        self._kept = 0  # how many of them belong to the command that this one is nested in
        self.loop = SessionLoop()
        self._streams = sys.stdin, sys.stdout, sys.stderr
        self._inputs: list[str] = [""]
        self.display = Display(self.namespace, settings)
        self._future_flags = 0
        self._pid = os.getpid()
        self._name_own()
        self.hidden: dict[str, Any] = dict(self.namespace)
        """Names that are not the user's own, as long as they stand for these objects."""

    def install(self) -> None:
        """Become the process's shell: its `__main__`, its displayhook, its `exit`.  Once, at start."""
        sys.modules["__main__"] = self.main
        self.display.fit_new_modules()
        debugging.install_debugger(self)
        for owner, name, value in self.hooks():
            setattr(owner, name, value)

    def heed(self, interrupts: Interrupts) -> None:
        """Have Ctrl-C stop what it runs.  Once, at start."""
        self.deliver_interrupt = interrupts.deliver
        self.was_interrupted = lambda: interrupts.raised_within(MOMENT)
        self.interrupt_answered = interrupts.answered

    def hooks(self) -> list[tuple[ModuleType, str, object]]:
        """What cells need: modules of Python's, the names of attributes, and their values."""
        return [
            (sys, "displayhook", self.display),
            (builtins, "exit", _Exit("exit")),
            (builtins, "quit", _Exit("quit")),
            (builtins, CALL, self._call_magic),
        ]

    def _call_magic(self, name: str, line: str, body: str | None = None) -> Any:
        """What a magic in a cell, or in a function of the user's, has become."""
        caller = sys._getframe(1)
        names = caller.f_globals
        return call_magic(self, name, line, body, names if caller.f_locals is names else {**names, **caller.f_locals})

    def _name_own(self) -> None:
        """Give the shell's own objects their names."""
        self.namespace["__builtins__"] = builtins
        self.namespace["In"] = self.namespace["_ih"] = self._inputs
        self.namespace["Out"] = self.namespace["_oh"] = self.display.outputs
        self.namespace["_dh"] = self.directories

    # Commands.

    @protected
    def run_cell(self, text: str) -> Outcome:
        """Run what was typed at the prompt."""
        number = self._begin_cell(text)
        return self._run(lambda: self._run_cell(text, _filename(number)), in_prompt=True)

    @protected
    def _begin_cell(self, text: str) -> int:
        """Give a cell its number, and keep its text."""
        number = self.display.number = self.number
        self.number += 1
        self.history.add(number, text)
        self._inputs.append(text)
        self.on_input(text)
        names = self.namespace
        names[f"_i{number}"] = text
        for name, ago in (("_i", 1), ("_ii", 2), ("_iii", 3)):
            names[name] = self.history.own.get(number - ago, "")
        return number

    @protected
    def take_next_input(self) -> str:
        """What the next prompt has as its text; it has it once.  In the console thread."""
        text, self.next_input = self.next_input, ""
        return text

    @protected
    def run_code(self, text: str, arguments: list[str]) -> Outcome:
        """Run `-c text`, as `python -c` does."""
        sys.argv = ["-c", *arguments]
        linecache.cache["<string>"] = (len(text), None, text.splitlines(keepends=True), "<string>")
        return self._run(
            lambda: exec(compile(text, "<string>", "exec", dont_inherit=True), self.namespace), in_prompt=False
        )

    @protected
    def run_file(self, path: str, arguments: list[str]) -> Outcome:
        """Run a script, as `python path` does."""
        return self._run(lambda: run_script(self, path, arguments), in_prompt=False)

    @protected
    def run_startup(self, paths: Iterable[Path]) -> Outcome:
        """Run the user's startup files in the session's namespace; one that raises does not keep the others away."""
        known()  # so that the user's magics come after the shell's own, and can replace them
        for path in paths:
            self._run(lambda path=path: run_script(self, str(path), [], share=True), in_prompt=False)  # type: ignore[misc]
        self.hidden.update(self.namespace)
        return Outcome()

    @protected
    def run_function(self, function: Callable[[], object]) -> Outcome:
        """Run a function as a command of its own."""
        return self._run(function, in_prompt=False)

    @protected
    def _run(self, command: Callable[[], object], *, in_prompt: bool) -> Outcome:
        """Run `command()` as user code; show what it raises."""
        self._streams = sys.stdin, sys.stdout, sys.stderr
        self.worker = threading.get_ident()
        try:
            try:
                self._interruptibly(command)
            finally:
                self._undo_rest()
            self.deliver_interrupt()  # one that came in the command's last moment
            outcome = Outcome()
            self.repair()
        except BaseException as error:
            self.repair()
            outcome = self._after_exception(self._with_interrupt(error), in_prompt=in_prompt)
        if os.getpid() != self._pid:
            self._end_forked_child(outcome.status)
        for function in (self.after_command, self._flush):
            try:
                self._interruptibly(function)
            except BaseException as error:
                _last_words(f"{type(error).__name__}: {error}" if type(error) is OSError else type(error).__name__)
        return outcome

    @protected
    def _with_interrupt(self, error: BaseException) -> BaseException:
        """The KeyboardInterrupt that came while the command raised `error`, perhaps because of it.

        SQLite ends a query with an error of its own, and C code that calls Python code (matplotlib's renderer, for a
        transform) makes another exception of what that raises.
        """
        if not isinstance(error, Exception):
            return error
        if not self._forget_interrupt() and (_has_interrupt(error) or not self.was_interrupted()):
            return error
        interrupt = KeyboardInterrupt()
        if isinstance(error, SystemError):  # the interpreter's word for "somebody has dropped an exception" (numpy has)
            return interrupt.with_traceback(error.__traceback__)
        interrupt.__context__ = error
        return interrupt

    @protected
    def _after_exception(self, error: BaseException, *, in_prompt: bool) -> Outcome:
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
            _last_words(f"{type(error).__name__}{why}")
            return Outcome(INTERRUPTED if interrupted else 1)
        return outcomes[0]

    def _forget_interrupt(self) -> bool:
        """Whether an interrupt is due; it is no more."""
        try:
            self.deliver_interrupt()
        except KeyboardInterrupt:
            return True
        return False

    def _explain(self, error: BaseException, *, in_prompt: bool) -> Outcome:
        """Show what a command has raised; return what that means for the session."""
        if isinstance(error, Leave):
            self.script_ended(error)
            return Outcome(self._status(error), leave=True)
        if isinstance(error, SystemExit):
            self.script_ended(error)
            if in_prompt and type(error) is SystemExit and error.code is not None:
                print("SystemExit ends a script; exit or Ctrl-D leaves gshell", file=sys.stderr)
            return Outcome(self._status(error))
        if isinstance(error, UsageError):
            print(error, file=sys.stderr)
            return Outcome(2)
        if not self.ending and not debugging.was_quit(error):
            self.show_exception(error)
            debugging.debug_after(self, error)
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
    def nested(self, caller: Caller) -> Iterator[None]:
        """Meanwhile cells run in the names of `caller`, within the command that runs.  In the worker."""
        outer, kept, streams, module = self.main, self._kept, self._streams, caller.module
        before = {name: value for name, value in vars(module).items() if is_shells_name(name)}

        def fetch(shell: Shell) -> None:
            caller.fetch()

        def store(shell: Shell) -> None:
            caller.store()

        def leave() -> None:
            self.before_cell.remove(fetch)
            self.after_cell.remove(store)
            names = vars(module)
            for name in [name for name in names if is_shells_name(name)]:
                del names[name]
            names.update(before)
            self._use(outer)
            self._kept, self._streams = kept, streams

        with self.undoing() as undo:
            undo.callback(leave)
            self._use(module)
            caller.fetch()
            self._name_own()
            self.before_cell.insert(0, fetch)
            self.after_cell.append(store)
            self._kept = len(self._undo)
            yield

    def _use(self, module: ModuleType) -> None:
        self.main = module
        self.namespace = self.display.namespace = module.__dict__

    @protected
    def recover(self) -> Outcome:
        """Put things in order after a command that was abandoned.  In the new worker."""
        self.loop.forget()
        sys.stdin, sys.stdout, sys.stderr = self._streams  # it may have redirected them
        self._kept = 0
        return self._run(lambda: None, in_prompt=False)

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
        self.deliver_interrupt()
        result = command()
        # An asynchronous exception (async_exc.py) may be on its way, and is raised when a function is called: this one,
        # or it would be in the code that called us.
        self.deliver_interrupt()
        return result

    def show_exception(self, error: BaseException) -> None:
        """Print the traceback of an exception of the user's code, and remember it for post-mortem debugging."""
        self._flush()  # what was printed before comes before
        sys.last_type, sys.last_value = type(error), error
        sys.last_traceback = user_traceback(error.__traceback__)
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        print_exception(error, sys.stderr, self.settings.tracebacks)

    @staticmethod
    def script_ended(end: SystemExit) -> None:
        """Say what a script that raised SystemExit has to say."""
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)

    @staticmethod
    def _status(end: SystemExit) -> int:
        if end.code is None:
            return 0
        return end.code & 0xFF if isinstance(end.code, int) else 1

    @staticmethod
    def _flush() -> None:
        for stream in (sys.stdout, sys.stderr):
            flush(stream)

    def _end_forked_child(self, status: int) -> NoReturn:
        """A child that os.fork() made in the command ends with it: the shell's other threads are not in it."""
        try:
            self._flush()
        finally:
            os._exit(status)

    # Cells.

    def _run_cell(self, text: str, filename: str) -> None:
        lines = [f"{line}\n" for line in text.splitlines()]
        linecache.cache[filename] = (len(text), None, lines, filename)
        self.display.fit()
        for function in self.before_cell[:]:
            function(self)
        try:
            if type(macro := self.namespace.get(text.strip())) is Macro:
                for command in macro.commands:
                    self.run_as_cell(command)
            else:
                self._run_source(self.transform(text), filename)
        finally:
            for function in self.after_cell[:]:
                function(self)

    def run_as_cell(self, text: str) -> None:
        """Run a text as a cell of its own, with a number and a place in the history.  In the worker, in a command.

        Raises what it raises: its tracebacks show its lines, and not those of the cell that was typed.
        """
        outer = self.display.number
        number = self._begin_cell(text)
        try:
            self._run_cell(text, _filename(number))
        finally:
            self.display.number = outer

    def run_body(self, body: str) -> None:
        """Run the rest of the cell, whose first line was a magic."""
        self._run_source("\n" + self.transform(body), _filename(self.display.number))

    def transform(self, text: str) -> str:
        """The Python source for what was typed.  From any thread."""
        return transform(text, self.namespace, automagic=self.settings.automagic)

    def is_complete(self, text: str) -> bool:
        """Whether Enter runs the text, or begins another line of it.  From any thread."""
        return is_complete(text, self.namespace, automagic=self.settings.automagic)

    def run_line(self, text: str) -> None:
        """Run a piece of a cell: what a magic was given in its line."""
        linecache.cache[_PIECE] = (len(text), None, [f"{text}\n"], _PIECE)
        self._run_source(self.transform(text), _PIECE)

    def _run_source(self, source: str, filename: str) -> None:
        for code in self._compile(source, filename):
            if code.co_flags & inspect.CO_COROUTINE:
                self.loop.run(eval(code, self.namespace))
            else:
                exec(code, self.namespace)

    def _compile(self, source: str, filename: str) -> Iterator[CodeType]:
        """Compile a cell: its statements, and the last one, if it is an expression, to be displayed."""
        flags = self._future_flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        codes = []
        last = tree.body[-1] if tree.body else None
        last = tree.body.pop() if isinstance(last, ast.Expr) and not is_silenced(source, last) else None
        if tree.body:
            codes.append(compile(tree, filename, "exec", flags, dont_inherit=True))
            self._future_flags |= codes[0].co_flags & _FUTURE_FLAGS
        if last is not None:
            shown = ast.Interactive([last])
            codes.append(compile(shown, filename, "single", flags | self._future_flags, dont_inherit=True))
        return iter(codes)

    def take_names(self, module: ModuleType) -> None:
        """Put a script's names into the session's namespace."""
        own = ("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__builtins__", "__file__")
        self.namespace.update((name, value) for name, value in vars(module).items() if name not in own)

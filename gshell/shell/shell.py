"""The shell's language side: a namespace, and cells that run in it."""

from __future__ import annotations
import __future__

import ast
import builtins
import functools
import linecache
import operator
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any, NoReturn, TypeVar

from gshell.shell import system  # noqa: F401  (registers its magic)
from gshell.shell.display import Display
from gshell.shell.magics import UsageError, call_magic
from gshell.shell.script import run_script
from gshell.shell.tracebacks import print_exception, user_traceback
from gshell.shell.transform import CALL, transform
from gshell.threads.interrupt import interruptible, protected

T = TypeVar("T")

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended: 128 + SIGINT, as in every shell."""

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

    def __init__(self) -> None:
        self.main = ModuleType("__main__")
        self.namespace: dict[str, Any] = self.main.__dict__
        self.number = 1
        """The number of the next cell."""
        self.last_run: list[str] | None = None
        """The words of the last `run`."""
        self.script_context: Callable[[], AbstractContextManager[None]] = nullcontext
        """Entered while a script runs."""
        self.after_command: Callable[[], None] = lambda: None
        """Called when a command has ended."""
        self.repair: Callable[[], None] = lambda: None
        """Called when a command has ended, before anything is shown: puts back what the shell needs."""
        self.deliver_interrupt: Callable[[], None] = lambda: None
        """Called before user code begins: raises the KeyboardInterrupt that is due, if one is."""
        self.before_child: Callable[[], None] = lambda: None
        """Called before a child process gets the terminal."""
        self._inputs: list[str] = [""]
        self._display = Display(self.namespace)
        self._future_flags = 0
        self._pid = os.getpid()
        self.namespace.update({"__builtins__": builtins, "In": self._inputs})

    def install(self) -> None:
        """Become the process's shell: its `__main__`, its displayhook, its `exit`.  Once, at start."""
        sys.modules["__main__"] = self.main
        sys.displayhook = self._display
        for name in ("exit", "quit"):
            setattr(builtins, name, _Exit(name))
        setattr(builtins, CALL, lambda name, line: call_magic(self, name, line))

    # Commands.

    @protected
    def run_cell(self, text: str) -> Outcome:
        """Run what was typed at the prompt."""
        number = self._display.number = self.number
        self.number += 1
        self._inputs.append(text)
        return self._run(lambda: self._run_cell(text, f"<In [{number}]>"), in_prompt=True)

    @protected
    def run_code(self, text: str, arguments: list[str]) -> Outcome:
        """Run `-c text`, as `python -c` does."""
        sys.argv = ["-c", *arguments]
        return self._run(
            lambda: exec(compile(text, "<string>", "exec", dont_inherit=True), self.namespace), in_prompt=False
        )

    @protected
    def run_file(self, path: str, arguments: list[str]) -> Outcome:
        """Run a script, as `python path` does."""
        return self._run(lambda: run_script(self, path, arguments), in_prompt=False)

    @protected
    def run_function(self, function: Callable[[], object]) -> Outcome:
        """Run a function as a command of its own."""
        return self._run(function, in_prompt=False)

    @protected
    def _run(self, command: Callable[[], object], *, in_prompt: bool) -> Outcome:
        """Run `command()` as user code; show what it raises."""
        try:
            self._interruptibly(command)
            outcome = Outcome()
            self.repair()
        except BaseException as error:
            self.repair()
            outcome = self._after_exception(error, in_prompt=in_prompt)
        if os.getpid() != self._pid:
            self._end_forked_child(outcome.status)
        for function in (self.after_command, self._flush):
            try:
                self._interruptibly(function)
            except BaseException as error:
                _last_words(f"{type(error).__name__}: {error}" if type(error) is OSError else type(error).__name__)
        return outcome

    @protected
    def _after_exception(self, error: BaseException, *, in_prompt: bool) -> Outcome:
        try:
            # What an exception has to say is user code too: its code, its str, its traceback.
            return self._interruptibly(lambda: self._explain(error, in_prompt=in_prompt))
        except BaseException as broken:
            _last_words(f"{type(error).__name__} (it could not be shown: {type(broken).__name__})")
            return Outcome(1)

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
        self.show_exception(error)
        return Outcome(INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1)

    @interruptible
    def _interruptibly(self, command: Callable[[], T]) -> T:
        self.deliver_interrupt()
        return command()

    def show_exception(self, error: BaseException) -> None:
        """Print the traceback of an exception of the user's code, and remember it for post-mortem debugging."""
        self._flush()  # what was printed before comes before
        sys.last_type, sys.last_value = type(error), error
        sys.last_traceback = user_traceback(error.__traceback__)
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        print_exception(error, sys.stderr)

    def script_ended(self, end: SystemExit) -> None:
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
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()

    def _end_forked_child(self, status: int) -> NoReturn:
        """A child that os.fork() made in the command ends with it: the shell's other threads are not in it."""
        try:
            self._flush()
        finally:
            os._exit(status)

    # Cells.

    def _run_cell(self, text: str, filename: str) -> None:
        for code in self._compile(text, filename):
            exec(code, self.namespace)

    def _compile(self, text: str, filename: str) -> Iterator[CodeType]:
        """Compile a cell: its statements, and the last one, if it is an expression, to be displayed."""
        lines = [f"{line}\n" for line in text.splitlines()]
        linecache.cache[filename] = (len(text), None, lines, filename)
        source = transform(text, self.namespace)
        flags = self._future_flags
        tree = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        codes = []
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        if tree.body:
            codes.append(compile(tree, filename, "exec", flags, dont_inherit=True))
            self._future_flags |= codes[0].co_flags & _FUTURE_FLAGS
        if last is not None:
            shown = ast.Interactive([last])
            codes.append(compile(shown, filename, "single", self._future_flags, dont_inherit=True))
        return iter(codes)

    def take_names(self, module: ModuleType) -> None:
        """Put a script's names into the session's namespace."""
        own = ("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__builtins__", "__file__")
        self.namespace.update((name, value) for name, value in vars(module).items() if name not in own)

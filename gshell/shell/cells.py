"""Cells: what is typed at the prompt gets a number, becomes Python, and runs in the session's names."""

from __future__ import annotations
import __future__

import ast
import functools
import linecache
import operator
import traceback
from collections.abc import Sequence
from types import CodeType
from typing import Any

from gshell.code_origin import is_users
from gshell.settings import Settings
from gshell.shell.awaiting import SessionLoop, awaits
from gshell.shell.definitions import Definitions
from gshell.shell.display import Display, is_silenced
from gshell.shell.errors import ChildInterrupted, OnlyChildInterrupted
from gshell.shell.events import Event
from gshell.shell.history import History
from gshell.shell.known_magics import Magics
from gshell.shell.live_names import LiveNames
from gshell.shell.macro import Macro
from gshell.shell.namespace import Namespace
from gshell.shell.transform import is_complete, transform
from gshell.threads.protection import protected

_PIECE = "<magic>"
"""What tracebacks call a piece of a cell."""

_FUTURE_FLAGS = functools.reduce(
    operator.or_,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names if name != "nested_scopes"),
)


class Cells:
    """Runs cells, as the user's code: what they raise is for the command that they are in.  In the worker."""

    def __init__(
        self,
        settings: Settings,
        namespace: Namespace,
        display: Display,
        history: History,
        magics: Magics,
        loop: SessionLoop,
        definitions: Definitions,
        live: LiveNames,
    ) -> None:
        self._settings = settings
        self._namespace = namespace
        self._display = display
        self._history = history
        self._magics = magics
        self._loop = loop
        self._definitions = definitions
        self._live = live
        self.typed = Event[[str]]()
        """Called with the text of a cell that is about to run."""
        self.before = Event[[dict[str, Any]]]()
        """Called before a cell begins, as a part of it, with the names in which it runs."""
        self.after = Event[[]]()
        """Called when it has ended, however it did."""
        self._next_number = 1
        self._next_input = ""
        self._inputs: list[str] = [""]
        self._future_flags = 0
        namespace.give({"In": self._inputs, "_ih": self._inputs})

    @property
    def next_number(self) -> int:
        """The number of the next cell."""
        return self._next_number

    @property
    def inputs(self) -> list[str]:
        """The texts of the cells, by their numbers.  From any thread."""
        return self._inputs

    def go_on_after(self, inputs: Sequence[str]) -> None:
        """Have the next cell be the one after these, which another session has had.  Before the first one."""
        self._inputs[:] = inputs
        self._next_number = len(inputs)

    def put_at_prompt(self, text: str) -> None:
        """Have the next prompt begin with a text, to be edited."""
        self._next_input = text

    def take_next_input(self) -> str:
        """What the next prompt begins with; it has it once."""
        text, self._next_input = self._next_input, ""
        return text

    # Running.

    def run(self, text: str) -> None:
        """Run a text as a cell of its own, with a number and a place in the history.

        Raises what it raises: its tracebacks show its lines, and not those of a cell that it was run from.
        """
        outer = self._display.number
        number = self.begin(text)
        try:
            self.run_begun(number, text)
        finally:
            self._display.begin(outer)

    @protected
    def begin(self, text: str) -> int:
        """Keep the text of a cell that is about to run; return its number."""
        number = self._next_number
        self._next_number += 1
        self._display.begin(number)
        self._history.add(number, text)
        self._inputs.append(text)
        self.typed(text)
        names = self._namespace.names
        names[f"_i{number}"] = text
        for name, ago in (("_i", 1), ("_ii", 2), ("_iii", 3)):
            names[name] = self._history.own.get(number - ago, "")
        return number

    def run_begun(self, number: int, text: str) -> None:
        """Run a cell that has its number."""
        filename = _filename(number)
        linecache.cache[filename] = (len(text), None, [f"{line}\n" for line in text.splitlines()], filename)
        self._display.fit()
        self.before(self._namespace.names)
        try:
            if type(macro := self._namespace.names.get(text.strip())) is Macro:
                for command in macro.commands:
                    self.run(command)
            else:
                self._run_source(self.transform(text), filename)
        except ChildInterrupted as error:
            if "\n" in text.strip() or _is_deeper(error, filename):
                raise
            raise OnlyChildInterrupted from None
        finally:
            self.after()

    def run_body(self, body: str) -> None:
        """Run the rest of the cell, whose first line was a magic."""
        self._run_source("\n" + self.transform(body), _filename(self._display.number))

    def run_line(self, text: str) -> None:
        """Run a piece of a cell: what a magic was given in its line."""
        linecache.cache[_PIECE] = (len(text), None, [f"{text}\n"], _PIECE)
        self._run_source(self.transform(text), _PIECE)

    def _run_source(self, source: str, filename: str) -> None:
        codes, names = self._compile(source, filename), self._namespace.names
        if any(map(awaits, codes)):
            self._loop.run(codes, names, self._live.exchange)
            return
        for code in codes:
            exec(code, names)
            self._live.exchange()

    # From text to code.

    def transform(self, text: str) -> str:
        """The Python source for what was typed.  From any thread."""
        return transform(text, self._magics, self._namespace.names, automagic=self._settings.automagic)

    def is_complete(self, text: str) -> bool:
        """Whether Enter runs the text, or begins another line of it.  From any thread."""
        return is_complete(text, self._magics, self._namespace.names, automagic=self._settings.automagic)

    def _compile(self, source: str, filename: str) -> list[CodeType]:
        """Compile a cell: its statements, and the last one, if it is an expression, to be displayed.

        Each statement is one piece if something has to be done between them (see live_names.py).
        """
        flags = self._future_flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        self._definitions.note(tree, source, filename)
        codes = []
        last = tree.body[-1] if tree.body else None
        last = tree.body.pop() if isinstance(last, ast.Expr) and not is_silenced(source, last) else None
        pieces = [[each] for each in tree.body] if self._live.connected else [tree.body]
        for piece in pieces:
            if not all(map(_does_nothing, piece)):
                module = ast.Module(piece, [])
                codes.append(compile(module, filename, "exec", flags | self._future_flags, dont_inherit=True))
                self._future_flags |= codes[-1].co_flags & _FUTURE_FLAGS
        if last is not None:
            shown = ast.Interactive([last])
            codes.append(compile(shown, filename, "single", flags | self._future_flags, dont_inherit=True))
        return codes


def _is_deeper(error: BaseException, filename: str) -> bool:
    """Whether an exception was raised in a function or script of the user's, and not in the cell itself."""
    files = {frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)}
    return any(is_users(file) for file in files - {filename})


def _does_nothing(statement: ast.stmt) -> bool:
    """Whether it is a text, say: what stands first in a piece of code would be its docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _filename(number: int) -> str:
    """What tracebacks call a cell."""
    return f"<In [{number}]>"

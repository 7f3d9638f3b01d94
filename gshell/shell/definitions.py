"""What was defined at the prompt and in scripts, as text: functions, classes, imports.

A process that multiprocessing starts anew has to have them (see children.py), and Python objects don't know their
source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Definition:
    """A statement that defines names, in a cell or script."""

    filename: str
    text: str
    """All of the cell or script."""
    index: int
    """Which of its statements this is."""
    names: frozenset[str]
    """What it defines."""
    uses: frozenset[str]
    """Names of the module that it may need."""
    is_import: bool


class Definitions:
    """Remembers them.  Noted in the worker; read in any thread."""

    def __init__(self) -> None:
        self._last: dict[str, Definition] = {}

    def note(self, tree: ast.Module, text: str, filename: str) -> None:
        """A cell or script is about to run."""
        for index, statement in enumerate(tree.body):
            names = frozenset(_defined(statement))
            if names:
                uses = frozenset(each.id for each in ast.walk(statement) if isinstance(each, ast.Name))
                is_import = not any(isinstance(each, _DEFINITIONS) for each in ast.walk(statement))
                definition = Definition(filename, text, index, names, uses, is_import)
                self._last.update(dict.fromkeys(names, definition))

    def last(self) -> dict[str, Definition]:
        """The last definition of each name, the oldest first."""
        return dict(self._last)


def _defined(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines and does nothing else: perhaps one of several, as in `try: import`."""
    if isinstance(statement, _DEFINITIONS):
        yield statement.name
    elif isinstance(statement, _IMPORTS):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(statement, ast.Try | ast.If):
        inner = [each for each in ast.walk(statement) if isinstance(each, ast.stmt) and each is not statement]
        names = [name for each in inner if isinstance(each, (*_DEFINITIONS, *_IMPORTS)) for name in _defined(each)]
        if isinstance(statement, ast.If) and any(
            isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(statement.test)
        ):
            return  # what only the program itself does
        if all(isinstance(each, (*_IMPORTS, ast.Pass, ast.Try, ast.If)) for each in inner):
            yield from names

"""`get_ipython()` and `display()`: enough of both that a script made from a notebook runs.

nbconvert writes `%matplotlib inline` as `get_ipython().run_line_magic('matplotlib', 'inline')`, `!ls` as
`get_ipython().system('ls')`, and leaves `display(x)` as it is.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import FrameType, ModuleType
from typing import Any, Protocol

_PAGE = ("html", "javascript", "js", "latex", "markdown", "svg")
"""Magics whose cells are for a browser."""
_NOTEBOOK = ("autosave", "connect_info", "qtconsole")
"""Magics that set up a notebook's page or server."""


class Calls(Protocol):
    """The shell's magics."""

    def call(self, name: str, line: str, body: str | None, seen: dict[str, Any], /) -> Any:
        """Call the magic `name`; `seen` are the names that its text may mention."""


class NextInput(Protocol):
    """The shell's cells."""

    def put_at_prompt(self, text: str, /) -> None:
        """Have the next prompt begin with a text."""


class Names(Protocol):
    """The session's names."""

    def exchanged(self, module: ModuleType, /) -> AbstractContextManager[object]:
        """The names of a module are the session's meanwhile."""


class NotebookShell(Protocol):
    """What a notebook's script asks of the shell."""

    @property
    def cells(self) -> NextInput:
        """Where a text for the next prompt goes."""

    @property
    def magics(self) -> Calls:
        """All of them."""

    @property
    def names(self) -> Names:
        """Whose names cells have."""

    @property
    def namespace(self) -> dict[str, Any]:
        """The session's."""


class Notebook:
    """What `get_ipython()` returns: IPython's shell, as far as notebooks use it.  In the worker, as the user's code."""

    def __init__(self, shell: NotebookShell) -> None:
        self._shell = shell

    def __repr__(self) -> str:
        return "<gshell, for scripts that were made from a notebook>"

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """`%name line`."""
        if magic_name in _NOTEBOOK:
            return None
        return self._call(magic_name, line, None, sys._getframe(_stack_depth))

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """`%%name line`, and the cell."""
        if magic_name.lower() in _PAGE:
            print(f"%%{magic_name} is for the page of a notebook, and shows nothing here")
            return None
        return self._call(magic_name, line, cell, sys._getframe(1))

    def magic(self, arg_s: str) -> Any:
        """`%name line`, in one text."""
        name, _, line = arg_s.lstrip("%").partition(" ")
        return self._call(name, line.strip(), None, sys._getframe(1))

    def system(self, cmd: str) -> None:
        """`!command`."""
        self._call("!", cmd, None, sys._getframe(1))

    def getoutput(self, cmd: str, split: bool = True) -> Any:
        """`x = !command`; a text instead of its lines if they are not to be split."""
        lines = self._call("!!", cmd, None, sys._getframe(1))
        return lines if split else "\n".join(lines)

    @property
    def user_ns(self) -> dict[str, Any]:
        """The names of the code that asks."""
        return sys._getframe(1).f_globals

    def ev(self, expr: str) -> Any:
        """The value of an expression, in the names of the code that asks."""
        return eval(expr, sys._getframe(1).f_globals)

    def set_next_input(self, text: str, replace: bool = False) -> None:
        """Have the next prompt begin with a text."""
        self._shell.cells.put_at_prompt(text)

    def _call(self, name: str, line: str, body: str | None, frame: FrameType) -> Any:
        names, shell = frame.f_globals, self._shell
        seen = names if frame.f_locals is names else {**names, **frame.f_locals}
        module = sys.modules.get(str(names.get("__name__")))
        if names is shell.namespace or module is None or vars(module) is not names:
            return shell.magics.call(name, line, body, seen)
        with shell.names.exchanged(module):  # a cell of a script's has its names
            return shell.magics.call(name, line, body, seen)

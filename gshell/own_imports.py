"""The shell's own imports look where Python and its packages are, and not where the user happens to be.

At the prompt `import random` finds ./random.py, as it does in plain Python: the first entry of sys.path is "".  But the
shell imports, too, and lazily: jedi at the first Tab, sqlite3 for the history, Qt once the prompt is there.  If those
looked into the current directory, a file that somebody has put there would run at the mere start, or its name would be
enough to have no prompt at all.

Nothing but the stack tells the two apart, as all threads share sys.path.  So Python's PathFinder is exchanged for one
that looks who has asked: from the import outward, the first frame of the user's code or of the shell's decides.  What a
library imports is for whoever has called the library.  That costs some microseconds for each module that was not loaded
before, and nothing for the others.

Two kinds of functions of ours stand for the user all the same: those that run code of the user's which may be a
library's (`run -m pytest`), and those that import what the user has named (`load_ext`).  And the layers that stand
between the user's code and a library (a patched method of matplotlib's) decide nothing.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, FrameType, ModuleType
from typing import Any, TypeVar

from gshell.code_origin import is_own, is_users
from gshell.native_threads import give_up_import_locks, keep_import_locks

F = TypeVar("F", bound=Callable[..., Any])

_own: list[str] = []  # where imports of the shell's own look
_FOR_USER: set[CodeType] = set()
_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_BETWEEN = (__file__, *(_HERE + each for each in ("imports.py", "threads/", "gui/", "plotting/")))
"""Files of ours that stand between the user's code and a library."""


def for_user(function: F) -> F:
    """Mark a function that imports what the user has named, or runs the user's code: sys.path is meant there."""
    _FOR_USER.add(function.__code__)
    return function


@for_user
def import_named(name: str) -> ModuleType:
    """Import a module that the user has named.  Raises what the import raises."""
    return importlib.import_module(name)


@for_user
def reload(module: ModuleType) -> None:
    """Load a module of the user's anew.  Raises what the import raises."""
    importlib.reload(module)


def is_shells(frame: FrameType | None) -> bool:
    """Whether what is executed, from `frame` outward, is the shell's own affair.  From any thread."""
    ours = False
    while frame is not None:
        code = frame.f_code
        if code in _FOR_USER or is_users(code.co_filename):
            return False
        if is_own(code.co_filename):
            ours = True
            if not code.co_filename.startswith(_BETWEEN):
                return True
        frame = frame.f_back
    return ours


def own_path() -> list[str]:
    """Where the shell's own imports look: sys.path without its first entry, of where and how the shell was started."""
    return [path for path in sys.path[0 if sys.flags.safe_path else 1 :] if path]


class _Separating(PathFinder):
    """Python's finder of files, for imports of two kinds."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is; in the shell's own path if it is for the shell."""
        if path is None and is_shells(sys._getframe(1)):
            path = _own
        return super().find_spec(fullname, path, target)


def separate(path: Sequence[str]) -> None:
    """Have the shell's own imports look in `path` only, from now on, in any thread; and lock as they always did."""
    _own[:] = path
    _exchange(PathFinder, _Separating)
    keep_import_locks()


@contextmanager
def separated(path: Sequence[str]) -> Iterator[None]:
    """Have them do so meanwhile; afterwards all imports look in sys.path again, unless that was so before."""
    outermost = _Separating not in sys.meta_path
    separate(path)
    try:
        yield
    finally:
        if outermost:
            _exchange(_Separating, PathFinder)
            give_up_import_locks()


def _exchange(old: Any, new: Any) -> None:
    if old in sys.meta_path:
        sys.meta_path[sys.meta_path.index(old)] = new

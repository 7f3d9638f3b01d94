"""Modules that are loaded anew when their files have changed: what `%autoreload` does.

A reload makes new functions and classes, but the session holds the old ones: `from module import f` is a name for the
old f, and an object made before is of the old class.  So the old ones are kept, and are given what is new (see
carrying_over.py).  They stay in the module, too, so that there is one class of a name and not two, and `isinstance`
means what it says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from gshell import own_imports
from gshell.code_origin import is_users
from gshell.magics.carrying_over import carry_over
from gshell.streams import show


class Reloader:
    """Knows which files have changed since their modules were loaded.  In the worker."""

    def __init__(self) -> None:
        self._all = False  # whether all modules are looked at that are not of a library
        self._marked: set[str] = set()  # those that are looked at in any case
        self._excluded: set[str] = set()  # those that are not
        self._seen: dict[str, tuple[int, int]] = {}

    @property
    def all(self) -> bool:
        """Whether all modules are looked at that are not of a library, or only those that are marked."""
        return self._all

    def look_at_all(self, wanted: bool) -> None:
        """Look at all modules that are not of a library, or only at those that are marked."""
        self._all = wanted

    def mark(self, name: str) -> None:
        """Look at a module in any case."""
        self._excluded.discard(name)
        self._marked.add(name)

    def exclude(self, name: str) -> None:
        """Never look at a module."""
        self._marked.discard(name)
        self._excluded.add(name)

    def named(self) -> list[str]:
        """The modules that are excluded if all others are looked at, else those that are marked; sorted."""
        return sorted(self._excluded if self._all else self._marked)

    def note(self) -> None:
        """Remember what the files are like of modules that were loaded meanwhile."""
        for name, path in self._files():
            if name not in self._seen:
                state = _state(path)
                if state is not None:
                    self._seen[name] = state

    def reload(self, namespace: dict[str, Any]) -> list[str]:
        """Reload what has changed; return a line for each module where that did not work.

        A module that can't be loaded stays what it was, and is tried again when its file has changed again.
        """
        problems = []
        for name, path in list(self._files()):
            state = _state(path)
            before = self._seen.get(name, state)
            if state is None or state == before:
                continue
            self._seen[name] = state
            try:
                reload(sys.modules[name], namespace)
            except Exception as error:
                problems.append(f"autoreload: {path}: {type(error).__name__}: {error}")
        return problems

    def before_cell(self, namespace: dict[str, Any]) -> None:
        """Reload what has changed; say where that did not work."""
        for problem in self.reload(namespace):
            show(problem, file=sys.stderr)

    def _files(self) -> Iterator[tuple[str, str]]:
        """The names and files of the modules that are looked at."""
        for name, module in list(sys.modules.items()):
            if name in self._excluded or name == "__main__" or not isinstance(module, ModuleType):
                continue
            path = vars(module).get("__file__")
            if not isinstance(path, str) or not path.endswith(".py"):
                continue
            if name in self._marked or (self._all and is_users(path)):
                yield name, path


def _state(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None  # it is being saved
    return found.st_mtime_ns, found.st_size


def reload(module: ModuleType, namespace: dict[str, Any]) -> None:
    """Load a module anew, and give functions and classes that others hold what is new.

    `namespace`: there, a name of something that can't be changed stands for the new one afterwards.  Raises what the
    module raises; then its names are the old ones.
    """
    before = dict(vars(module))
    try:
        own_imports.reload(module)
    except BaseException:
        vars(module).update(before)
        raise
    carry_over(module, before, namespace)

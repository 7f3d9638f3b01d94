"""The names in which cells run: the session's `__main__`, or those of code that has called embed() or is looked at."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from gshell.native_threads import get_ident
from gshell.threads.protection import protected

_OWN_NAME = re.compile(r"__builtins__|In|Out|_[ido]h|_exit_code|_+|_\d+|_i+|_i\d+")
_MISSING = object()


def is_shells_name(name: str) -> bool:
    """Whether a name is one that the shell gives in the user's namespace, or Python itself."""
    return _OWN_NAME.fullmatch(name) is not None


def _is_imported(value: object, here: object) -> bool:
    """Whether it is a module, or a function or class that was made in another one than `here`."""
    if isinstance(value, FunctionType):
        return value.__module__ != here
    if isinstance(value, type):  # no code of its metaclass is run
        return bool(type.__getattribute__(value, "__module__") != here)
    return isinstance(value, ModuleType | BuiltinFunctionType)


class Namespace:
    """A module, in whose names cells run, and which of these are not the user's own.  In the worker.

    `names` is read elsewhere, too: copied as a whole.
    """

    def __init__(self) -> None:
        self.module = ModuleType("__main__")
        """The module, which is `__main__` unless somebody else's names are used."""
        self._looked_at: tuple[int, dict[str, Any]] | None = None  # in which thread, and what is known there
        self._own: dict[str, object] = {}
        self._hidden: dict[str, object] = dict(self.names)
        self.give({"__builtins__": builtins})

    @property
    def names(self) -> dict[str, Any]:
        """What stands for what; for a look, in the thread in which it takes place, what is known there."""
        looked_at = self._looked_at
        return looked_at[1] if looked_at is not None and looked_at[0] == get_ident() else self.session

    @property
    def is_looked_at(self) -> bool:
        """Whether a look takes place in the calling thread."""
        looked_at = self._looked_at
        return looked_at is not None and looked_at[0] == get_ident()

    @property
    def session(self) -> dict[str, Any]:
        """What stands for what, apart from looks."""
        return self.module.__dict__

    def give(self, own: Mapping[str, object]) -> None:
        """Have objects of the shell's own (`In`, `Out`) under these names, wherever cells run."""
        self._own.update(own)
        self.names.update(own)
        self.hide(own)

    def hide(self, names: Mapping[str, object]) -> None:
        """Have these not be the user's own, as long as they stand for these objects."""
        self._hidden.update(names)

    def is_hidden(self, name: str, value: object) -> bool:
        """Whether a name that stands for this is not the user's own.  From any thread."""
        return self._hidden.get(name, _MISSING) is value

    def users(self) -> list[str]:
        """The names that the user has made, sorted: none of the shell's own, no `_`, no `_3`.

        A name that was there at the start is the user's once it stands for something else.
        """
        return sorted(
            name
            for name, value in list(self.names.items())
            if isinstance(name, str) and not self.is_hidden(name, value) and not name.startswith("_")
        )

    def made(self) -> list[str]:
        """Those of them that are nowhere else: no modules, and nothing that was imported from one.  From any thread."""
        names = self.names
        here = names.get("__name__")
        return [name for name in self.users() if not _is_imported(names.get(name), here)]

    @contextmanager
    def exchanged(self, module: ModuleType) -> Iterator[None]:
        """Meanwhile cells run in the names of `module`, which has none of the shell's own afterwards."""
        outer, names = self.module, vars(module)
        before = {name: value for name, value in names.items() if is_shells_name(name)}
        self._use(module)
        try:
            yield
        finally:
            for name in [name for name in names if is_shells_name(name)]:
                del names[name]
            names.update(before)
            self.module = outer

    @contextmanager
    def looked_at(self, names: dict[str, Any]) -> Iterator[None]:
        """Meanwhile these are the names in the calling thread: those of code that stands still.  Magics find them."""
        outer, self._looked_at = self._looked_at, (get_ident(), names)
        try:
            yield
        finally:
            self._looked_at = outer

    @protected
    def _use(self, module: ModuleType) -> None:
        self.module = module
        self.session.update(self._own)

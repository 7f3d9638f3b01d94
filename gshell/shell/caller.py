"""The names that are known where code stands still, in `embed()` or for a look, as a namespace in which cells run."""

from __future__ import annotations

import ctypes
import inspect
import sys
from collections.abc import Mapping
from types import FrameType, ModuleType
from typing import Any

from gshell.shell.namespace import is_shells_name

_NOTHING = object()


class Caller:
    """The code in a frame.  In the thread that runs it."""

    def __init__(self, frame: FrameType) -> None:
        names = frame.f_globals
        own = sys.modules.get(str(names.get("__name__")))
        self._frame: FrameType | None = None
        if frame.f_locals is names and own is not None and vars(own) is names:
            self.module = own
            """Where cells find the names."""
            return
        # A function.  The namespace has to be one dictionary, since a function or a comprehension that is typed looks
        # in no other.  So the variables are copied, before a cell and after it.
        self._frame = frame
        self._seen: dict[str, Any] = {}
        self.module = ModuleType(str(names.get("__name__", "__main__")))

    def fetch(self) -> None:
        """Bring the namespace up to date; names that were given another value in it keep that."""
        if self._frame is None:
            return
        names = vars(self.module)
        for name, value in {**self._frame.f_globals, **self._frame.f_locals}.items():
            if names.get(name, _NOTHING) is self._seen.get(name, _NOTHING):
                names[name] = self._seen[name] = value

    def store(self) -> None:
        """Give the function's own variables the values that a cell has given them."""
        frame = self._frame
        if frame is None:
            return
        names, variables = vars(self.module), frame.f_locals
        for name in list(variables):
            if name in names and names[name] is not self._seen.get(name, _NOTHING):
                variables[name] = self._seen[name] = names[name]
        _to_fast(frame)


def _to_fast(frame: FrameType) -> None:
    """Have the frame's variables be what is in its `f_locals`."""
    if sys.version_info < (3, 13):  # from there on (PEP 667) they are no copies
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))


class RunningCode:
    """The names of code that stands still between two of its bytecodes, and then goes on with all that has changed.

    While its frame is not executed; from any thread.
    """

    def __init__(self, frame: FrameType, others: Mapping[str, Any]) -> None:
        """`others`: what is known besides, where neither the function nor its module has such a name."""
        self._frame = frame
        self._is_whole = frame.f_globals is others and frame.f_locals is others
        self.names: dict[str, Any] = frame.f_globals
        """Where what is typed finds the names."""
        self._seen: dict[str, Any] = {}
        if not self._is_whole:  # copied, for the same reason as above
            self._seen = {**others, **frame.f_globals, **frame.f_locals}
            self.names = dict(self._seen)

    def store(self) -> None:
        """Give the function its variables, and its module all other names.  Raises NameError if a variable was deleted,
        which can't be done from outside."""
        if self._is_whole:
            return
        frame, code = self._frame, self._frame.f_code
        is_function = bool(code.co_flags & inspect.CO_OPTIMIZED)
        variables = {*code.co_varnames, *code.co_cellvars, *code.co_freevars} if is_function else set[str]()
        own = {} if is_function else frame.f_locals  # of a class, or those of the module
        changed = {name: value for name, value in self.names.items() if self._seen.get(name, _NOTHING) is not value}
        for name, value in changed.items():
            if name not in variables and (name in self._seen or not is_shells_name(name)):
                (own if name in own else frame.f_globals)[name] = value
        inside = {name: value for name, value in changed.items() if name in variables}
        if inside:
            frame.f_locals.update(inside)
            _to_fast(frame)
        gone = [name for name in self._seen if name not in self.names]
        for name in gone:
            if name not in variables:
                (own if name in own else frame.f_globals).pop(name, None)
        if kept := sorted(variables.intersection(gone)):
            raise NameError(f"a variable of a function that runs can't be deleted: {', '.join(kept)}")

"""The names that are known where `embed()` is called, as a namespace in which cells can run."""

from __future__ import annotations

import ctypes
import sys
from types import FrameType, ModuleType
from typing import Any

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
        if sys.version_info < (3, 13):  # from there on (PEP 667) `variables` are no copies
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))

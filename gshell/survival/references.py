"""Values that are known by a name: modules, and the functions and classes that are in them."""

from __future__ import annotations

import functools
import importlib
import sys
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from gshell.own_imports import for_user
from gshell.survival.manifest import Reference

LRU_CACHE = type(functools.lru_cache(lambda: None))
"""What `functools.lru_cache` makes of a function."""
_PYLAB = ("pylab", "matplotlib.pyplot", "numpy")
"""Modules whose names `--pylab` gives to everybody; what they stand for may be anything."""


def reference(space: str, name: str, value: object) -> Reference | None:
    """How a value is found again, if it is one of these.  Runs no code of the user's."""
    if isinstance(value, ModuleType):
        known = sys.modules.get(value.__name__) is value and value.__name__ != "__main__"
        return Reference(space, name, value.__name__, "") if known else None
    if isinstance(value, type | FunctionType | BuiltinFunctionType | LRU_CACHE):
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    elif type(value).__module__.partition(".")[0] == "numpy" and callable(value):  # its functions are no functions
        module, qualname = getattr(value, "__module__", "numpy"), getattr(value, "__name__", None)
    else:
        return _of_pylab(space, name, value)
    if not isinstance(module, str) or not isinstance(qualname, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    for each in qualname.split("."):
        found = vars(found).get(each) if isinstance(found, ModuleType | type) else None
    return Reference(space, name, module, qualname) if found is value else None


def _of_pylab(space: str, name: str, value: object) -> Reference | None:
    for module in _PYLAB:
        if module in sys.modules and vars(sys.modules[module]).get(name, sys) is value:
            return Reference(space, name, module, name)
    return None


@for_user
def resolve(reference: Reference) -> object:
    """The value.  Raises ImportError, AttributeError, and whatever the import raises."""
    found: Any = importlib.import_module(reference.module)
    for each in reference.qualname.split(".") if reference.qualname else ():
        found = getattr(found, each)
    return found

"""Import several modules as one: another thread that imports one of them gets it when all are there."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from gshell.imports import hooked


@contextmanager
def held_back(names: Sequence[str]) -> Iterator[None]:
    """Have other threads wait for these modules, which are imported meanwhile or have been, until the end.

    For a module of a package, the package has to be named too, before it: `from package import module` looks only at
    the package if the module is there.
    """
    with ExitStack() as stack:
        # The package's lock last, as Python does: who has begun to import a module of it has the module's lock, and
        # asks for the package's then.  Whoever had that and waited for the module's: "deadlock detected", in one of
        # them.
        for name in reversed(names):
            stack.enter_context(_held_back(name))
        yield


@contextmanager
def _held_back(name: str) -> Iterator[None]:
    """Python waits for the lock of a module whose spec says that it is being initialized; else it asks for no lock.

    The import sets that in the spec, and clears it as soon as the module has been executed.  Then there are some
    instructions in which another thread gets through, were it set again.  So the module has another spec from its
    execution on, which the import does not know.  The lock may be taken again by the thread that has it: the modules
    import each other, and so do the hooks of gshell.imports.
    """
    own: list[tuple[ModuleType, Any]] = []

    def exchange(module: ModuleType) -> None:
        own.append((module, module.__spec__))
        spec: Any = copy.copy(module.__spec__)
        spec._initializing = True
        module.__spec__ = spec

    bootstrap: Any = sys.modules["_frozen_importlib"]
    with bootstrap._ModuleLockManager(name), hooked(name, exchange):
        try:
            yield
        finally:
            for module, spec in reversed(own):
                module.__spec__ = spec

"""Run a function right after somebody imports a module, without importing it (the idea of PEP 369)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

from gshell.threads.protection import protected

if TYPE_CHECKING:  # it takes 5 ms, and the protocol needs no base classes
    from importlib.abc import Loader

Hook = Callable[[ModuleType], None]


def when_imported(name: str, hook: Hook) -> None:
    """Call `hook(module)` whenever the module `name` has been executed; also now, if it has been already.

    That is once, as a rule.  But an import that Ctrl-C has broken off starts anew when it is asked for again, with
    another module, and importlib.reload() undoes what the hook has patched.  The hook runs in the thread that imports,
    before the import statement goes on.
    """
    attend()
    _finder.hooks.setdefault(name, []).append(hook)
    module = sys.modules.get(name)
    if module is not None:
        hook(module)


@contextmanager
def hooked(name: str, hook: Hook) -> Iterator[None]:
    """The same for the time being."""
    when_imported(name, hook)
    try:
        yield
    finally:
        _finder.hooks[name].remove(hook)


def attend() -> None:
    """Have the hooks called from now on, if that has ended.  From any thread."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


@contextmanager
def attending() -> Iterator[None]:
    """Have the hooks called meanwhile; afterwards imports are Python's alone: the shell has gone from the process."""
    outermost = _finder not in sys.meta_path
    attend()
    try:
        yield
    finally:
        if outermost and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)


def found_after(
    finder: object, name: str, path: Sequence[str] | None, target: ModuleType | None = None
) -> ModuleSpec | None:
    """What the finders on sys.meta_path after this one come up with.  From any thread."""
    # Not importlib.util.find_spec: that would import the parent, and look at sys.modules first.
    finders = iter([*sys.meta_path])
    any(each is finder for each in finders)  # those after it are left
    for each in finders:
        if (spec := each.find_spec(name, path, target)) is not None:
            return spec
    return None


class _Finder:
    """First on sys.meta_path: for a module with hooks, wraps the loader that the other finders come up with."""

    def __init__(self) -> None:
        self.hooks: dict[str, list[Hook]] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        hooks = self.hooks.get(name)
        if hooks is None:
            return None
        spec = found_after(self, name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, hooks)  # type: ignore[assignment]
        return spec


class _Loader:
    """The module's own loader, and then the hooks.

    The module gets its own loader back before it is executed, since code looks at `__loader__` and `__spec__.loader`.
    """

    def __init__(self, loader: Loader, hooks: list[Hook]) -> None:
        self._loader = loader
        self._hooks = hooks

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._call_hooks(module)

    @protected
    def _call_hooks(self, module: ModuleType) -> None:
        for hook in self._hooks:
            hook(module)


_finder = _Finder()

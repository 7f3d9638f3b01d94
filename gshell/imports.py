"""Run a function right after somebody imports a module, without importing it (the idea of PEP 369)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it takes 5 ms, and the protocol needs no base classes
    from importlib.abc import Loader

Hook = Callable[[ModuleType], None]


def when_imported(name: str, hook: Hook) -> None:
    """Call `hook(module)` once, after the module `name` has been executed; now, if it has been already.

    The hook runs in the thread that imports, before the import statement goes on.
    """
    module = sys.modules.get(name)
    if module is not None:
        hook(module)
        return
    if not _finder.hooks:
        sys.meta_path.insert(0, _finder)
    _finder.hooks.setdefault(name, []).append(hook)


class _Finder:
    """First on sys.meta_path: for a module with hooks, wraps the loader that the other finders come up with."""

    def __init__(self) -> None:
        self.hooks: dict[str, list[Hook]] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        hooks = self.hooks.pop(name, None)
        if hooks is None:
            return None
        # Not importlib.util.find_spec: that would import the parent, and look at sys.modules first.
        spec = None
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)) is not None:
                break
        if spec is None or spec.loader is None:
            self.hooks[name] = hooks  # not there: perhaps later
            return spec
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
        for hook in self._hooks:
            hook(module)


_finder = _Finder()

"""Modules of a toolkit that are imported on the GUI thread, whichever thread asks for them.

Qt takes the thread that uses it first for its main thread, and warns, or crashes, when the application is made in
another.  GTK is initialized by its import; and two threads that import it at the same time, by different ones of its
many modules, are in each other's way ("deadlock detected").  Modules of wx change what its application has, and end the
process in another thread than that one's.  Whoever types `from PyQt5.QtCore import QTimer` at the first prompt, at
once, is quicker than the GUI thread, which loads the toolkit when the prompt is there.

So the import asks the GUI thread to import the same, and takes what that has got.  It waits with Python's lock for this
module in its hand, and the GUI thread may be about to take that lock, for its own start of the toolkit or for what it
was asked for.  Python has no other place where an import can be put off.  So the lock is given back meanwhile, with
those for the other modules of the package (`import wx.core` has both); what the user's own modules have locked does not
matter, as the GUI thread imports none of these.  Ctrl-C ends the waiting.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from gshell.imports import found_after
from gshell.native_threads import get_ident
from gshell.threads.protection import protected

Load = Callable[[str], object]


def import_there(names: Sequence[str], wanted: Callable[[], bool], load: Load) -> None:
    """Have `load(name)` import these modules, whoever asks for one.  Once; "wx.*" are all modules of a package.

    `wanted()`: whether the import in the calling thread is to be carried out by `load()`, and not there.
    """
    sys.meta_path.insert(0, _Finder(names, wanted, load))


class _Finder:
    """First on sys.meta_path: exchanges the loader that the other finders come up with."""

    def __init__(self, names: Sequence[str], wanted: Callable[[], bool], load: Load) -> None:
        self._names = frozenset(names)
        self._wanted = wanted
        self._load = load

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if self._names.isdisjoint((name, name.rpartition(".")[0] + ".*")) or not self._wanted():
            return None
        spec = found_after(self, name, path, target)
        if spec is not None:
            spec.loader = _Loader(self._load)  # type: ignore[assignment]
        return spec


class _Loader:
    """For one import: takes the module that another thread has imported."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._spec: ModuleSpec | None = None

    @protected
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        with _unlocked(spec.name.partition(".")[0]):
            self._load(spec.name)
        module = sys.modules[spec.name]
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # its own, instead of that of this import


@contextmanager
def _unlocked(package: str) -> Iterator[None]:
    """Without the locks that this thread's imports have for modules of a package."""
    me = get_ident()
    bootstrap: Any = sys.modules["_frozen_importlib"]
    held = []
    for name, reference in sorted(bootstrap._module_locks.copy().items()):
        lock = reference()
        while name.partition(".")[0] == package and lock is not None and lock.owner == me:
            lock.release()
            held.append(lock)
    try:
        yield
    finally:
        for lock in held:  # a package's before those of its modules, as Python takes them
            lock.acquire()

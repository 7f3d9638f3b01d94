"""What processes have as their `__main__` that multiprocessing starts anew, by `spawn` or `forkserver`.

They are given the path of a script, and run it.  At the prompt there is none: so they get a file that makes what was
defined there: the text of functions, classes and imports, and the values of what these use, pickled.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gshell.imports import when_imported
from gshell.shell.definitions import Definition, Definitions
from gshell.shell.namespace import Namespace

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_CHILD_MAIN = os.path.join(os.path.dirname(__file__), "child_main.py")


class Children:
    """Tells multiprocessing what its processes have as `__main__`.  In any thread that starts one."""

    def __init__(self, namespace: Namespace, definitions: Definitions) -> None:
        self._namespace = namespace
        self._definitions = definitions
        self._running: list[str] = []  # the scripts, each within the one before
        self._directory: TemporaryDirectory[str] | None = None

    def install(self) -> None:
        """Do so from now on.  Once, at start."""
        when_imported("multiprocessing.spawn", self._on_spawn)
        # The server would have the `__main__` of the first script that has started it, and so its children.
        when_imported("multiprocessing.forkserver", lambda module: module.set_forkserver_preload([]))

    @contextmanager
    def of_script(self, path: str) -> Iterator[None]:
        """Meanwhile a script runs, which has this path.  In the worker."""
        self._running.append(os.path.abspath(path))
        try:
            yield
        finally:
            self._running.pop()

    def _on_spawn(self, spawn: ModuleType) -> None:
        stock = spawn.get_preparation_data

        def get_preparation_data(name: str) -> dict[str, Any]:
            data: dict[str, Any] = stock(name)
            main = sys.modules["__main__"]
            path = self._running[-1] if self._running else ""
            # multiprocessing has them relative to the directory in which it was imported; the user may have left that.
            data["sys_path"] = [os.path.abspath(each) if isinstance(each, str) else each for each in sys.path]
            data.pop("init_main_from_name", None)
            if os.path.isfile(path) and main is not self._namespace.module:
                # A module (run -m) has a package, in which it imports others.
                data["init_main_from_path"] = self._file("script", path, getattr(main, "__package__", None) or "")
            else:  # the prompt, a script that shares its names, or one from a pipe
                snapshot = self._snapshot(vars(main))
                data["init_main_from_path"] = self._file("prompt", self._written(snapshot, "pickle"))
            return data

        spawn.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]

    def _file(self, function: str, *arguments: str) -> str:
        """A program that makes a `__main__` by one of the functions in child_main.py."""
        program = f"import runpy\nrunpy.run_path({_CHILD_MAIN!r})[{function!r}](globals(), *{arguments!r})\n"
        return self._written(program.encode(), "py")

    def _written(self, data: bytes, ending: str) -> str:
        import hashlib  # with pickle and tempfile: no start needs them
        import tempfile

        if self._directory is None:
            self._directory = tempfile.TemporaryDirectory(prefix="gshell-", ignore_cleanup_errors=True)
        path = os.path.join(self._directory.name, f"{hashlib.sha256(data).hexdigest()[:24]}.{ending}")
        if not os.path.exists(path):
            part = f"{path}.{os.getpid()}"
            with open(part, "wb") as file:
                file.write(data)
            os.replace(part, path)
        return path

    def _snapshot(self, main: dict[str, Any]) -> bytes:
        import pickle

        names, known = dict(main), self._definitions.last()
        chosen = {name: each for name, each in known.items() if not each.is_import and _is_from(names.get(name), name)}
        values: dict[str, bytes] = {}
        modules: dict[str, str] = {}
        asked: set[str] = set()
        following = [name for each in chosen.values() for name in each.uses]
        while following:
            name = following.pop()
            if name in asked or name in chosen or name not in names:
                continue
            asked.add(name)
            definition = known.get(name)
            if definition is not None and definition.is_import:
                chosen[name] = definition
            elif isinstance(names[name], ModuleType):
                modules[name] = names[name].__name__
            elif (data := _pickled(names[name])) is not None:
                values[name] = data
        statements = dict.fromkeys((each.filename, each.text, each.index) for each in _in_order(known, chosen))
        return pickle.dumps((list(statements), values, modules))


def _in_order(known: dict[str, Definition], chosen: dict[str, Definition]) -> list[Definition]:
    """Imports first, as definitions may need them at once; then what is defined, the oldest first."""
    found = [each for name, each in known.items() if name in chosen]
    return sorted(found, key=lambda each: not each.is_import)


def _is_from(value: object, name: str) -> bool:
    """Whether a value is what a definition of this name has made, and not something else that has the name now."""
    return getattr(value, "__module__", "") == "__main__" and getattr(value, "__qualname__", "") == name


def _pickled(value: object) -> bytes | None:
    import pickle

    try:
        return pickle.dumps(value)
    except Exception:  # what can't be pickled is not in the process, and a function that needs it says so there
        return None

"""Scripts: what `python script.py` does, inside the session."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

from gshell.own_imports import for_user
from gshell.shell.awaiting import awaits
from gshell.shell.children import Children
from gshell.shell.commands import Commands
from gshell.shell.definitions import Definitions
from gshell.shell.errors import UsageError, here
from gshell.shell.host import Host
from gshell.shell.known_magics import Magics
from gshell.shell.live_names import LiveNames
from gshell.shell.namespace import Namespace
from gshell.shell.transform import transform
from gshell.streams import show
from gshell.threads.protection import interruptible, protected

Execute = Callable[[CodeType, dict[str, Any]], object]


@for_user
def find_module(name: str) -> ModuleSpec:
    """The module that `python -m name` runs: for a package, its __main__.  Raises UsageError if there is none."""
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except (ImportError, ValueError) as error:
        raise UsageError(f"no module {name}: {error}") from None
    if spec is None:
        raise UsageError(f"no module {name}, or a package without __main__")
    if not (spec.origin or "").endswith(".py"):
        raise UsageError(f"{name} has no Python file that could be run")
    return spec


def find_script(name: str) -> str:
    """The path of a script, given with or without its ending.  Raises UsageError if there is none."""
    path = os.path.expanduser(name)
    for candidate in (path, f"{path}.py", f"{path}.ipy"):
        if os.path.isfile(candidate):
            return candidate
    if os.path.isdir(path):
        raise UsageError(f"{name} is a directory, not a script")
    raise UsageError(f"no such script: {name}")


class Scripts:
    """Runs scripts in a session: each as `__main__`, and its names are the session's afterwards."""

    def __init__(
        self,
        namespace: Namespace,
        host: Host,
        magics: Magics,
        commands: Commands,
        definitions: Definitions,
        live: LiveNames,
        children: Children,
    ) -> None:
        self._namespace = namespace
        self._host = host
        self._magics = magics
        self._commands = commands
        self._definitions = definitions
        self._live = live
        self._children = children

    @protected
    def run(
        self,
        path: str,
        arguments: list[str],
        *,
        share: bool = False,
        on_gui: bool = False,
        name: str = "__main__",
        spec: ModuleSpec | None = None,
        execute: Execute = exec,
    ) -> None:
        """Run a script in the session's namespace (`share`) or in one of its own.

        `name` is what it finds as its __name__; `spec` says which module it is (`run -m`); `execute` runs its code.
        In the worker, as user code, or on the GUI thread if it belongs there or `on_gui` says so; the worker waits.
        Afterwards, however it ended, its names are in the session's namespace, and live there.
        Raises what the script raises, SystemExit too; UsageError if it can't be read.
        """
        try:
            with open(path, "rb") as file:
                source = file.read()
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from None
        if path.endswith(".ipy"):
            share, source, execute = True, self._from_shell_language(source), self._executing_cells(execute)
        self._note(source, path)
        application = self._host.builds_application(source)
        if application and not on_gui:
            how = "so it runs on the GUI thread (run --gui-thread)"
            show(f"gshell: {path} uses {application}, {how}", file=sys.stderr)
            on_gui = True
        module = self._namespace.module if share else ModuleType(name)
        if spec is not None and not share:
            module.__spec__, module.__package__ = spec, spec.parent
        with self._commands.undoing() as undo:
            directory = here() if spec else os.path.dirname(os.path.abspath(path))
            undo.enter_context(_as_main(module, path, [path, *arguments], directory, share=share))
            undo.enter_context(self._host.script())
            undo.enter_context(self._children.of_script(path))
            if not share:
                undo.callback(self._live.connect, module, self._namespace.names)
            if on_gui:
                self._host.on_gui(lambda: _execute(source, path, module.__dict__, execute))
            else:
                _execute(source, path, module.__dict__, execute)

    def _note(self, source: bytes, path: str) -> None:
        with suppress(SyntaxError, ValueError):  # the compiler will say it
            text = importlib.util.decode_source(source)
            self._definitions.note(ast.parse(text), text, path)

    def _executing_cells(self, execute: Execute) -> Execute:
        """What runs the code of cells, which may await, where `execute` runs that of scripts."""
        loop, live = self._commands.loop, self._live
        return lambda code, names: loop.run([code], names, live.exchange) if awaits(code) else execute(code, names)

    def _from_shell_language(self, source: bytes) -> bytes:
        try:
            return transform(importlib.util.decode_source(source), self._magics).encode()
        except (SyntaxError, UnicodeDecodeError):  # the encoding is wrong: the compiler says it
            return source


@for_user
@interruptible
def _execute(source: bytes, path: str, names: dict[str, Any], execute: Execute) -> None:
    # Not inherited: the __future__ imports of this file.
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if path.endswith(".ipy") else 0
    execute(compile(source, path, "exec", flags, dont_inherit=True), names)


@contextmanager
def _as_main(module: ModuleType, path: str, argv: list[str], directory: str, *, share: bool) -> Iterator[None]:
    """Make `module` the program that runs, as far as code (pickle, multiprocessing) can see."""
    main, old_argv, old_path = sys.modules.get("__main__", module), sys.argv, sys.path[:1]
    names: dict[str, Any] = module.__dict__
    missing = object()
    old_file = names.get("__file__", missing)
    names["__file__"] = path
    names.setdefault("__builtins__", __builtins__)
    _set_main(module)
    sys.argv = argv
    sys.path[:1] = [directory]
    try:
        yield
    finally:
        _set_main(main)
        sys.argv = old_argv
        if directory in sys.path:  # first, unless the script has put something before it
            sys.path.remove(directory)
        sys.path[:0] = old_path
        if share:
            if old_file is missing:
                names.pop("__file__", None)
            else:
                names["__file__"] = old_file


def _set_main(module: ModuleType) -> None:
    """Have this be the `__main__`; also under the name by which the processes of multiprocessing know it."""
    sys.modules["__main__"] = module
    if "__mp_main__" in sys.modules:  # multiprocessing is imported
        sys.modules["__mp_main__"] = module

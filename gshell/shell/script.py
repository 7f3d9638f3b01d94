"""Scripts: `run script.py`, `python script.py` inside the session."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gshell.shell.magics import UsageError, magic
from gshell.threads.interrupt import interruptible, protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

USAGE = "usage: run [-i] script.py [ARGS...]"


@magic("run")
def run(shell: Shell, line: str) -> None:
    """run [-i] script.py [ARGS...]: run a script as `python script.py ARGS...` would.

    Its names are in the session afterwards, also if it was interrupted or raised.  With -i the script starts with the
    session's names instead of none.  `run` alone repeats the last run.  SystemExit ends the script only.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"run: {error}") from None
    if not words:
        if shell.last_run is None:
            raise UsageError(f"{USAGE} (nothing has been run yet that could be repeated)")
        words = shell.last_run
    options = []
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        options.append(rest.pop(0))
    if unknown := [option for option in options if option != "-i"]:
        raise UsageError(f"run: unknown option {unknown[0]}; {USAGE}")
    if not rest:
        raise UsageError(USAGE)
    path = find_script(rest[0])
    shell.last_run = words
    try:
        run_script(shell, path, rest[1:], share="-i" in options)
    except SystemExit as end:
        shell.script_ended(end)


def find_script(name: str) -> str:
    """The path of a script, given with or without its ".py".  Raises UsageError if there is none."""
    path = os.path.expanduser(name)
    for candidate in (path, f"{path}.py"):
        if os.path.isfile(candidate):
            return candidate
    if os.path.isdir(path):
        raise UsageError(f"{name} is a directory, not a script")
    raise UsageError(f"no such script: {name}")


@protected
def run_script(shell: Shell, path: str, arguments: list[str], *, share: bool = False) -> None:
    """Run a script as `__main__`, in the session's namespace (`share`) or in one of its own.

    In the worker, as user code.  Afterwards, however it ended, its names are in the session's namespace.
    Raises what the script raises, SystemExit too; UsageError if it can't be read.
    """
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    module = shell.main if share else ModuleType("__main__")
    with _as_main(module, path, [path, *arguments], share=share), shell.script_context():
        try:
            _execute(source, path, module.__dict__)
        finally:
            if not share:
                shell.take_names(module)


@interruptible
def _execute(source: bytes, path: str, names: dict[str, Any]) -> None:
    # Not inherited: the __future__ imports of this file.
    exec(compile(source, path, "exec", dont_inherit=True), names)


@contextmanager
def _as_main(module: ModuleType, path: str, argv: list[str], *, share: bool) -> Iterator[None]:
    """Make `module` the program that runs, as far as code (pickle, multiprocessing) can see."""
    main, old_argv, old_path = sys.modules.get("__main__", module), sys.argv, sys.path[:1]
    names: dict[str, Any] = module.__dict__
    missing = object()
    old_file = names.get("__file__", missing)
    names["__file__"] = path
    names.setdefault("__builtins__", __builtins__)
    directory = os.path.dirname(os.path.abspath(path))
    sys.modules["__main__"] = module
    sys.argv = argv
    sys.path[:1] = [directory]
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        sys.argv = old_argv
        if directory in sys.path:  # first, unless the script has put something before it
            sys.path.remove(directory)
        sys.path[:0] = old_path
        if share:
            if old_file is missing:
                names.pop("__file__", None)
            else:
                names["__file__"] = old_file

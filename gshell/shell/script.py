"""Scripts: `run script.py`, `python script.py` inside the session."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from gshell.magics.registry import Given, magic, magics
from gshell.shell.errors import UsageError
from gshell.shell.transform import transform
from gshell.threads.protection import interruptible, protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


Execute = Callable[[CodeType, dict[str, Any]], object]


@magic("run", "[-i] [-n] [-d] [-t] [-p] [-l LIMIT] [-s KEY] [-m] [--gui-thread] script.py [ARGS...]")
def run(shell: Shell, given: Given) -> None:
    """Run a script as `python script.py ARGS...` would.

    Its names are in the session afterwards, also if it was interrupted or raised.  With -i the script starts with the
    session's names instead of none.  `run` alone repeats the last run.  SystemExit ends the script only.

    -m: run a module, as `python -m` does; -n: `__name__` is not "__main__", as if it was imported; -t: say how long it
    took; -p: show in which functions the time was spent, with -l and -s as for %prun; -d: under the debugger, from its
    first line on.

    A file whose name ends in .ipy is a text as it is typed at the prompt, and runs as if with -i: magics have their %
    there, `!command` and `name?` work.

    With --gui-thread it runs on the GUI thread, where windows can be made; the call that runs its event loop returns
    at once, and the windows live on.  A script that builds an application of the session's toolkit (QApplication,
    tkinter.Tk and the like) is run so in any case.
    """
    from gshell.magics.timing import profiled, reported

    usage = magics["run"]
    if not given.options and not given.rest:
        if shell.last_run is None:
            raise usage.error("nothing has been run yet that could be repeated")
        given = shell.last_run
    words = given.words()
    if not words:
        raise usage.error("which script?")
    spec = find_module(words[0]) if "-m" in given.options else None
    path = (spec.origin or "") if spec else find_script(words[0])
    shell.last_run = given
    share, on_gui = "-i" in given.options, "--gui-thread" in given.options
    name = _name_of(path) if "-n" in given.options else "__main__"
    execute = _debug if "-d" in given.options else exec

    def run() -> None:
        try:
            run_script(shell, path, words[1:], share=share, on_gui=on_gui, name=name, spec=spec, execute=execute)
        except SystemExit as end:
            shell.script_ended(end)

    with reported() if "-t" in given.options else nullcontext():
        if "-p" in given.options:
            profiled(shell, given.options, run)
        else:
            run()


def _name_of(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


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


@protected
def run_script(
    shell: Shell,
    path: str,
    arguments: list[str],
    *,
    share: bool = False,
    on_gui: bool = False,
    name: str = "__main__",
    spec: ModuleSpec | None = None,
    execute: Execute = exec,
) -> None:
    """Run a script as `__main__`, in the session's namespace (`share`) or in one of its own.

    `name` is what it finds as its __name__; `spec` says which module it is (`run -m`); `execute` runs its code.
    In the worker, as user code, or on the GUI thread if it belongs there or `on_gui` says so; the worker waits.
    Afterwards, however it ended, its names are in the session's namespace.
    Raises what the script raises, SystemExit too; UsageError if it can't be read.
    """
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if path.endswith(".ipy"):
        share, source = True, _from_shell_language(source)
    application = shell.runs_on_gui(source)
    if application and not on_gui:
        print(f"gshell: {path} uses {application}, so it runs on the GUI thread (run --gui-thread)", file=sys.stderr)
        on_gui = True
    module = shell.main if share else ModuleType(name)
    if spec is not None and not share:
        module.__spec__, module.__package__ = spec, spec.parent
    with shell.undoing() as undo:
        from gshell.shell.errors import here  # no start needs it

        directory = here() if spec else os.path.dirname(os.path.abspath(path))
        undo.enter_context(_as_main(module, path, [path, *arguments], directory, share=share))
        undo.enter_context(shell.script_context())
        if not share:
            undo.callback(shell.take_names, module)
        if on_gui:
            shell.on_gui(lambda: _execute(source, path, module.__dict__, execute))
        else:
            _execute(source, path, module.__dict__, execute)


def _from_shell_language(source: bytes) -> bytes:
    try:
        return transform(importlib.util.decode_source(source)).encode()
    except (SyntaxError, UnicodeDecodeError):  # the encoding is wrong: the compiler says it
        return source


@interruptible
def _execute(source: bytes, path: str, names: dict[str, Any], execute: Execute) -> None:
    # Not inherited: the __future__ imports of this file.
    execute(compile(source, path, "exec", dont_inherit=True), names)


def _debug(code: CodeType, names: dict[str, Any]) -> None:
    import pdb

    pdb.Pdb().run(code, names)


@contextmanager
def _as_main(module: ModuleType, path: str, argv: list[str], directory: str, *, share: bool) -> Iterator[None]:
    """Make `module` the program that runs, as far as code (pickle, multiprocessing) can see."""
    main, old_argv, old_path = sys.modules.get("__main__", module), sys.argv, sys.path[:1]
    names: dict[str, Any] = module.__dict__
    missing = object()
    old_file = names.get("__file__", missing)
    names["__file__"] = path
    names.setdefault("__builtins__", __builtins__)
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

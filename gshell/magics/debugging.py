"""`%xmode`, `%tb`: how much a traceback shows; `%debug`, `%pdb`, breakpoint(): the debugger."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gshell.imports import when_imported
from gshell.magics.registry import Given, magic
from gshell.shell.errors import UsageError
from gshell.shell.tracebacks import MODES, print_exception

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("xmode", "[plain|context|verbose|minimal]")
def xmode(shell: Shell, given: Given) -> None:
    """Say how much tracebacks show; without a mode, switch to the next one.

    plain: what Python shows.  context: the lines around, too.  verbose: and the values of the variables in them.
    minimal: only what went wrong.
    """
    modes = MODES
    following = modes[(modes.index(shell.settings.tracebacks) + 1) % len(modes)]
    shell.settings.set("tracebacks", _mode(given.rest) or following)
    print("Tracebacks are", shell.settings.tracebacks)


@magic("tb", "[plain|context|verbose|minimal]")
def tb(shell: Shell, given: Given) -> None:
    """Show the last traceback again, in the mode given, or in that of %xmode."""
    mode = _mode(given.rest) or shell.settings.tracebacks
    print_exception(last_exception(), sys.stderr, shell.settings, mode)


@magic("debug", "[statement]", cell=True, verbatim=True)
def debug(shell: Shell, given: Given) -> None:
    """Start the debugger: where the last exception was raised, or with a statement or cell, at its first line.

    It is Python's pdb: `help` there says what it can do, `q` leaves it.
    """
    debugger = _debugger()
    source = given.body if given.body is not None else given.rest
    if source.strip():
        debugger.run(shell.transform(source), shell.namespace)
    else:
        debugger.post_mortem(last_exception())


@magic("pdb", "[on|off]")
def pdb(shell: Shell, given: Given) -> None:
    """Say whether the debugger starts by itself after an exception; alone, switch that."""
    words = {"on": True, "1": True, "off": False, "0": False, "": not shell.settings.pdb}
    word = given.rest.strip().lower()
    if word not in words:
        raise UsageError(f"%pdb: on or off, not {given.rest}")
    shell.settings.set("pdb", words[word])
    print("The debugger", "starts" if shell.settings.pdb else "does not start", "after an exception")


def debug_after(shell: Shell, error: BaseException) -> None:
    """Start the debugger after an exception, if the user wants that, and there is something to be looked at."""
    if shell.settings.pdb and isinstance(error, Exception) and sys.stdin is not None and sys.stdin.isatty():
        try:
            _debugger().post_mortem(error)
        except (UsageError, KeyboardInterrupt):
            pass  # a SyntaxError; or whoever presses Ctrl-C wants to leave


def _debugger() -> ModuleType:
    import pdb  # noqa: F401  (first: ours is put in when it is there)

    return importlib.import_module("gshell.shell.debugger")


def install_debugger(shell: Shell) -> None:
    """Have breakpoint() and the module pdb use the shell's debugger."""
    when_imported("pdb", lambda module: importlib.import_module("gshell.shell.debugger").install(module, shell))
    if "PYTHONBREAKPOINT" not in os.environ:
        sys.breakpointhook = break_here


def break_here(*args: Any, **options: Any) -> Any:
    """sys.breakpointhook: the shell's debugger, or what PYTHONBREAKPOINT has been set to meanwhile."""
    if os.environ.get("PYTHONBREAKPOINT"):
        return sys.__breakpointhook__(*args, **options)
    import pdb

    return pdb.Pdb().set_trace(sys._getframe().f_back)


def was_quit(error: BaseException) -> bool:
    """Whether an exception only says that the user has left the debugger."""
    bdb = sys.modules.get("bdb")
    return bdb is not None and isinstance(error, bdb.BdbQuit)


def last_exception() -> BaseException:
    """The last exception that was shown.  Raises UsageError if there is none."""
    error = getattr(sys, "last_value", None)
    if not isinstance(error, BaseException):
        raise UsageError("there was no exception yet")
    return error


def _mode(name: str) -> str:
    """The mode that a word means, "" if there is none.  Raises UsageError."""
    name = name.strip().lower()
    if name and name not in MODES:
        raise UsageError(f"no such mode: {name}; there are {', '.join(MODES)}")
    return name

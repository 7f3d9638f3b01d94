"""In a shell that serves one test after another: everything as it was at its start.

A shell takes a quarter of a second of a processor to start, one with a figure more than a second: many times what most
tests need.  What can be put back is put back, so that a test may count its prompts from 1; what can't (a thread that
runs on, a handler, something of the shell's own that was replaced) is named, and that shell serves no other test.
"""

from __future__ import annotations

import builtins
import gc
import os
import signal
import subprocess
import sys
import termios
import threading
import warnings
from collections.abc import Mapping
from typing import Any

import gshell
from gshell.paths import history_file
from gshell.shell.history import History
from gshell.shell.shell import Shell
from gshell.shell.transform import CALL

_OWN_THREADS = {"GUI", "MainThread", "console", "completion"}
"""The names of the shell's threads: all but these are a test's."""
_PATCHED = {"builtins", "gc", "logging", "os", "select", "signal", "subprocess", "sys", "threading", "time", "tty"}
"""Modules of Python's that tests replace parts of."""

_first: dict[str, Any] = {}
_environment: dict[str, str] = {}
_path: list[str] = []
_parameters: dict[Any, Any] = {}
_filters = warnings.catch_warnings()
_process: dict[str, Any] = {}
_modules: dict[str, dict[str, object]] = {}
_found: dict[type, list[Any]] = {}


def fresh(names: dict[str, Any], home: str) -> None:
    """Forget what tests have made in the namespace `names`, and go to the directory `home`; at first: remember it.

    Prints "as new." or what is not.  In the worker, as a cell.
    """
    global _filters
    shell: Shell = getattr(builtins, CALL).__self__
    if not _first:
        if os.environ.get("DISPLAY"):
            gshell.on_gui(int)  # when the toolkit has been loaded, the shell collects garbage in its own way
        _first.update(names)
        _environment.update(os.environ)
        _path[:] = sys.path
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            _parameters.update(pyplot.rcParams)
    else:
        _filters.__exit__(None, None, None)
        _forget_figures()
        names.clear()
        names.update(_first)
        os.environ.clear()
        os.environ.update(_environment)
        sys.path[:] = _path
        sys.argv = [""]
        for name in ("last_exc", "last_type", "last_value", "last_traceback"):
            vars(sys).pop(name, None)
        for name, module in [*sys.modules.items()]:
            if os.path.dirname(getattr(module, "__file__", None) or "").endswith(os.sep + "home"):
                del sys.modules[name]  # one of a test's own
    _filters = warnings.catch_warnings()
    _filters.__enter__()
    os.chdir(home)
    os.environ["HOME"] = home
    _begin_again(shell)
    changed = [name for name, what in _look(shell).items() if _process.setdefault(name, what) != what]
    changed += _replaced()
    # Not by print(): the test may have replaced it.
    os.write(1, f"not as new: {', '.join(changed)}\n".encode() if changed else b"as new.\n")


def close_windows() -> None:
    """Close all windows: those of figures, and of programs."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
    if "PyQt5.QtWidgets" in sys.modules:
        gshell.on_gui(sys.modules["PyQt5.QtWidgets"].QApplication.closeAllWindows)


def _forget_figures() -> None:
    """Close all windows, forget where they were, and have matplotlib's parameters be those of the start."""
    close_windows()
    if _parameters:
        # rcdefaults() leaves some of them alone
        dict.update(sys.modules["matplotlib.pyplot"].rcParams, _parameters)
    for each in _all_of("gshell.plotting.places", "Places"):
        each._places.clear()


def _all_of(module: str, name: str) -> list[Any]:
    """The objects of a class of the shell's: a session makes each once."""
    cls = getattr(sys.modules.get(module), name, None)
    if cls is None:
        return []
    if not _found.get(cls):
        _found[cls] = [each for each in gc.get_objects() if type(each) is cls]
    return _found[cls]


def _begin_again(shell: Shell) -> None:
    """Have the next prompt be the first, of a session without a history."""
    shell.commands.loop.forget()
    shell.display.clear()
    shell.display.show_digits(None)
    shell.cells._inputs[:] = [""]
    shell.cells._next_number = 1
    shell.cells._future_flags = 0
    shell.history.close()
    History.__init__(shell.history, history_file(), tell=shell.history._tell)
    for each in _all_of("gshell.console.recall", "Recall"):
        each.__init__(shell.history)
    states: dict[type, Any] = vars(shell.magics)["_states"]
    states.clear()
    shell.names.give(shell.magics.names())


def _look(shell: Shell) -> dict[str, Any]:
    """What a test may have changed for good, by what it is called."""
    found: dict[str, Any] = {
        "threads": [each.name for each in threading.enumerate() if each.name not in _OWN_THREADS],
        "children": _children(),
        "signal handlers": [signal.getsignal(each) for each in sorted(signal.valid_signals())],
        "signal mask": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "timers": signal.getitimer(signal.ITIMER_REAL),
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__),
        "hooks": (sys.displayhook, sys.excepthook, sys.unraisablehook, sys.breakpointhook, threading.excepthook),
        "tracing": (sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile()),
        # Not that of the library six, which some toolkits import late.
        "importers": ([each for each in sys.meta_path if type(each).__module__ != "six"], list(sys.path_hooks)),
        "limits": (sys.getrecursionlimit(), gc.isenabled(), gc.get_threshold()),
        "threads' turns": sys.getswitchinterval(),
        "descriptors": [os.isatty(each) for each in range(3)],
        "terminal": termios.tcgetattr(0),
        "settings": dict(vars(shell.settings)),
        "listeners": [len(each._listeners) for each in (shell.cells.before, shell.cells.after, shell.cells.typed)],
        "listeners to values": len(shell.display.shown._listeners),
    }
    return found


def _replaced() -> list[str]:
    """The modules and classes that have lost a function or a constant, or have another under its name."""
    parts: dict[str, Mapping[str, Any]] = {
        "subprocess.Popen": vars(subprocess.Popen),
        "threading.Thread": vars(threading.Thread),
    }
    for name, module in [*sys.modules.items()]:
        if name in _PATCHED or name.partition(".")[0] == "gshell":
            parts[name] = vars(module)
    found = []
    for name, now in parts.items():
        before = _modules.get(name)
        if before is None or not before.items() <= now.items():
            # A module may have come after the start, and in parts.
            kept = {part: value for part, value in [*now.items()] if callable(value) or part.isupper()}
            if before is not None and any(kept.get(part) is not value for part, value in before.items()):
                found.append(name)
            _modules[name] = kept
    return found


def _children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True

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
_recalls: list[Any] = []
"""What the arrows go through."""


def fresh(names: dict[str, Any], home: str) -> None:
    """Forget what tests have made in the namespace `names`, and go to the directory `home`; at first: remember it.

    Prints "as new." or what is not.  In the worker, as a cell.
    """
    global _filters
    shell: Shell = getattr(builtins, CALL).__self__
    if not _first:
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
    changed = [name for name, what in _look(shell).items() if _changed(_process.setdefault(name, what), what)]
    # Not by print(): the test may have replaced it.
    os.write(1, f"not as new: {', '.join(changed)}\n".encode() if changed else b"as new.\n")


def _forget_figures() -> None:
    """Close all windows, and have matplotlib's parameters be those of the start."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
        if _parameters:
            dict.update(pyplot.rcParams, _parameters)  # rcdefaults() leaves some of them alone
    if "PyQt5.QtWidgets" in sys.modules:
        gshell.on_gui(sys.modules["PyQt5.QtWidgets"].QApplication.closeAllWindows)  # those of programs
    if places := sys.modules.get("gshell.plotting.places"):
        for each in gc.get_objects():
            if isinstance(each, places.Places):
                each._places.clear()


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
    if recall := sys.modules.get("gshell.console.recall"):
        if not _recalls:
            _recalls.extend(each for each in gc.get_objects() if type(each) is recall.Recall)
        for each in _recalls:
            recall.Recall.__init__(each, shell.history)
    states: dict[type, Any] = vars(shell.magics)["_states"]
    states.clear()
    shell.names.give(shell.magics.names())


def _changed(before: Any, now: Any) -> bool:
    """Whether something is not what it was; what there is of a module may have come later."""
    if not isinstance(before, dict):
        return bool(before != now)
    return any(before.setdefault(name, what) != what for name, what in now.items())


def _look(shell: Shell) -> dict[str, Any]:
    """What a test may have changed for good, by what it is called."""
    found: dict[str, Any] = {
        "threads": [each.name for each in threading.enumerate() if each.name not in _OWN_THREADS],
        "children": _children(),
        "signal handlers": {each: signal.getsignal(each) for each in signal.valid_signals()},
        "signal mask": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "timers": signal.getitimer(signal.ITIMER_REAL),
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__),
        "hooks": (sys.displayhook, sys.excepthook, sys.unraisablehook, sys.breakpointhook, threading.excepthook),
        "tracing": (sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile()),
        "importers": (list(sys.meta_path), list(sys.path_hooks)),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(), gc.get_threshold()),
        "descriptors": [os.isatty(each) for each in range(3)],
        "terminal": termios.tcgetattr(0),
        "settings": dict(vars(shell.settings)),
        "listeners": [len(each._listeners) for each in (shell.cells.before, shell.cells.after, shell.cells.typed)],
        "listeners to values": len(shell.display.shown._listeners),
    }
    for name, module in [*sys.modules.items()]:
        if name in _PATCHED or name.partition(".")[0] == "gshell":
            found[name] = {part: id(value) for part, value in vars(module).items() if callable(value) or part.isupper()}
    for each in (subprocess.Popen, threading.Thread):
        found[each.__name__] = {part: id(value) for part, value in vars(each).items()}
    return found


def _children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True

"""What a shell might leave in a process: all that can be looked at, for a program that compares it before and after."""

from __future__ import annotations

import builtins
import faulthandler
import gc
import importlib
import locale
import os
import signal
import subprocess
import sys
import termios
import threading
import warnings
from pathlib import Path
from typing import Any

MODULES = [
    "builtins",
    "sys",
    "os",
    "os.path",
    "signal",
    "threading",
    "gc",
    "subprocess",
    "pdb",
    "io",
    "time",
    "warnings",
    "asyncio",
    "getpass",
    "linecache",
    "traceback",
    "contextlib",
    "importlib",
    "logging",
    "multiprocessing",
]
"""Modules of Python's whose every name is looked at."""
OF_PYTHON = ("last_exc", "last_type", "last_value", "last_traceback", "ps1", "ps2")
"""Names that Python's own debugging leaves in sys."""


def names() -> dict[str, Any]:
    """What every name of these modules, and of the classes that the shell patches, stands for."""
    found: dict[str, Any] = {}
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            found[f"{module}.{name}"] = value
    for owner in (subprocess.Popen, threading.Thread, *[importlib.import_module("concurrent.futures").Executor]):
        for name, value in vars(owner).items():
            found[f"{owner.__qualname__}.{name}"] = value
    return {
        name: value for name, value in found.items() if not name.startswith(tuple(f"sys.{each}" for each in OF_PYTHON))
    }


def traces() -> dict[str, Any]:
    """All of it.  In the main thread."""
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    found: dict[str, Any] = {
        "handlers": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "mask": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "masks in /proc": masks(),
        "timers": signal.getitimer(signal.ITIMER_REAL),
        "wakeup fd": wakeup,
        "terminal": termios.tcgetattr(0),
        "blocking": [os.get_blocking(fd) for fd in (0, 1, 2)],
        "main thread": threading.main_thread(),
        "thread names": sorted(thread.name for thread in threading.enumerate()),
        "native threads": len(os.listdir("/proc/self/task")),
        "children": Path(f"/proc/self/task/{os.getpid()}/children").read_text(),
        "gc": (gc.isenabled(), gc.get_threshold(), gc.get_debug(), [*gc.callbacks], gc.get_freeze_count()),
        "switch interval": sys.getswitchinterval(),
        "recursion": sys.getrecursionlimit(),
        "tracing": (sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile()),
        "digits": sys.get_int_max_str_digits(),
        "faulthandler": faulthandler.is_enabled(),
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "directory": os.getcwd(),
        "path": [*sys.path],
        "meta path": [*sys.meta_path],
        "path hooks": [*sys.path_hooks],
        "arguments": [*sys.argv],
        "__main__": sys.modules["__main__"],
        "warnings": [*warnings.filters],
        "stack size": threading.stack_size(),
        "builtins": {**vars(builtins)},
        **names(),
    }
    if "matplotlib" in sys.modules:
        matplotlib = sys.modules["matplotlib"]
        found["interactive"] = matplotlib.is_interactive()
        found["parameters"] = dict(matplotlib.rcParams)
    return found


def masks() -> dict[str, int]:
    """Which signals are blocked, ignored and caught, as the kernel sees it."""
    found = {}
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("SigBlk", "SigIgn", "SigCgt"):
            found[name] = int(value, 16) & ~(0b11 << 31)  # 32 and 33 are the C library's own, for its threads
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is not as it was."""
    missing = object()
    found = []
    for name in {**before, **after}:
        one, other = before.get(name, missing), after.get(name, missing)
        if one is not other and not (type(one) is type(other) and _equal(one, other)):
            found.append(f"{name}: {one!r} -> {other!r}"[:200])
    return found


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:
        return False

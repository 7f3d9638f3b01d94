"""`gshell doctor`: what a bug report needs."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys

import gshell
from gshell.gui import choose
from gshell.gui.display import why_no_display
from gshell.paths import config_dir, history_file
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.role import Role
from gshell.threads.wakeup import wakeup_pipe
from gshell.threads.worker import Worker

NOT_INSTALLED = "not installed"
_PACKAGES = ("prompt_toolkit", "pygments", "matplotlib", "numpy")


def report(gui: str) -> int:
    """Print the report; return 0.  On the OS main thread, instead of a session."""
    rows = [
        ("gshell", gshell.__version__),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}"),
        ("system", platform.platform()),
        *((name, _version(name)) for name in _PACKAGES),
        ("display", why_no_display() or f"ok, {os.environ.get('WAYLAND_DISPLAY') or os.environ.get('DISPLAY')}"),
        ("toolkit", f"{gui} -> {choose.automatic()}" if gui == "auto" else gui),
        *((f"  {name}", choose.why_not(name) or _found(entry.distribution)) for name, entry in choose.TOOLKITS.items()),
        ("main-thread role", _role()),
        ("terminal", _terminal()),
        ("configuration", _path(str(config_dir()))),
        ("history", _path(str(history_file()))),
    ]
    for name, value in rows:
        print(f"{name:18}{value}")
    return 0


def _found(distributions: str) -> str:
    """What to say of a toolkit that is there, by the names of packages that it may have come with, "a|b"."""
    versions = {name: _version(name) for name in distributions.split("|")}
    return ", ".join(
        ["found", *(f"{name} {version}" for name, version in versions.items() if version != NOT_INSTALLED)]
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except (importlib.metadata.PackageNotFoundError, ValueError):  # an empty name
        return NOT_INSTALLED


def _role() -> str:
    """Take the role, for real, in a worker like a session's."""
    role = Role()
    read, write = wakeup_pipe()
    worker = Worker(role, Interrupts(write), Gate(gives_up=lambda: False))
    worker.start()
    why_not = worker.why_no_role
    worker.stop(timeout=5.0)
    role.give_back()
    os.close(read)
    return f"not available: {why_not}" if why_not else "taken by a worker thread, signals and pending calls run there"


def _terminal() -> str:
    if not sys.stdout.isatty():
        return "standard output is not a terminal"
    size = shutil.get_terminal_size()
    return f"{os.environ.get('TERM', 'TERM is not set')}, {size.columns}x{size.lines}, {sys.stdout.encoding}"


def _path(path: str) -> str:
    return path if os.path.exists(path) else f"{path} (not there yet)"

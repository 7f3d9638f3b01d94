"""Which backend matplotlib is configured to use.  Reads its configuration without importing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gshell.paths import read_file


def configured_backend() -> str:
    """The backend that matplotlib is configured to use, in lower case; empty if it is to choose.  From any thread."""
    backend = _configured_backend().lower()
    return "" if backend == "auto" else backend


def _configured_backend() -> str:
    """MPLBACKEND, else the backend in matplotlib's configuration file, else nothing."""
    if backend := os.environ.get("MPLBACKEND"):
        return backend
    for path in _matplotlibrc():
        try:
            lines = read_file(path).decode().splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        values = [line.partition(":")[2] for line in lines if line.partition(":")[0].strip() == "backend"]
        return values[-1].partition("#")[0].strip().strip("\"'") if values else ""
    return ""


def _matplotlibrc() -> Iterator[Path]:
    """Where matplotlib looks for its configuration (matplotlib.matplotlib_fname), first hit first."""
    yield Path("matplotlibrc")
    if rc := os.environ.get("MATPLOTLIBRC"):
        yield Path(rc)
        yield Path(rc, "matplotlibrc")
    if directory := os.environ.get("MPLCONFIGDIR"):
        yield Path(directory, "matplotlibrc")
    home = os.path.expanduser("~")
    yield Path(os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config", "matplotlib", "matplotlibrc")
    yield Path(home, ".matplotlib", "matplotlibrc")

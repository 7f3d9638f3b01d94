"""Which toolkit: the table that maps names to modules, and what "auto" means."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gshell.gui.display import why_no_display
from gshell.gui.toolkit import Toolkit, ToolkitUnavailable


@dataclass(frozen=True)
class _Entry:
    """A toolkit's row in the table."""

    needs: str
    """A module that has to be there."""
    backends: str
    """matplotlib's backends made with it."""
    install: str
    """How a user gets it."""
    cls: str = ""
    """Our class for it, "module:name"; empty if there is none yet."""


# In the order in which matplotlib looks for one.
TOOLKITS = {
    "qt": _Entry("PyQt5", "qtagg qtcairo qt5agg qt5cairo", "pip install PyQt5", "gshell.gui.qt:QtToolkit"),
    "gtk4": _Entry("gi", "gtk4agg gtk4cairo", "apt install python3-gi-cairo gir1.2-gtk-4.0"),
    "gtk3": _Entry("gi", "gtk3agg gtk3cairo", "apt install python3-gi-cairo gir1.2-gtk-3.0"),
    "tk": _Entry("tkinter", "tkagg tkcairo", "apt install python3-tk"),
    "wx": _Entry("wx", "wxagg wx wxcairo", "pip install wxPython"),
}

NAMES = [*TOOLKITS, "auto", "none"]

Factory = Callable[[Callable[[], None]], Toolkit]


def why_not(name: str) -> str:
    """Why this toolkit can't be used here, in one line; empty if it can, as far as that is known without loading it."""
    entry = TOOLKITS[name]
    if not entry.cls:
        return f"the toolkit {name} is not supported yet"
    if not _is_installed(entry.needs):
        return f"the toolkit {name} is not installed ({entry.install})"
    return ""


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # a finder may say so that way
        return False


def factory(name: str) -> Factory:
    """A function that loads and makes the toolkit; it raises ToolkitUnavailable."""

    def make(drain: Callable[[], None]) -> Toolkit:
        if reason := why_no_display():
            raise ToolkitUnavailable(f"no display: {reason}; figures are drawn off-screen and can be saved")
        module, _, cls = TOOLKITS[name].cls.partition(":")
        toolkit: Toolkit = getattr(importlib.import_module(module), cls)(drain)
        return toolkit

    return make


def automatic() -> str:
    """The toolkit that matplotlib would choose, or "none".  Does not import matplotlib."""
    configured = configured_backend()
    if configured:
        for name, entry in TOOLKITS.items():
            if configured in entry.backends.split():
                return name
        return "none"
    return next((name for name in TOOLKITS if not why_not(name)), "none")


def configured_backend() -> str:
    """The backend that matplotlib is configured to use, in lower case; empty if it is to choose."""
    backend = _configured_backend().lower()
    return "" if backend == "auto" else backend


def _configured_backend() -> str:
    """MPLBACKEND, else the backend in matplotlib's configuration file, else nothing."""
    if backend := os.environ.get("MPLBACKEND"):
        return backend
    for path in _matplotlibrc():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
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
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "matplotlib", "matplotlibrc")
    yield Path.home() / ".matplotlib" / "matplotlibrc"

"""Which toolkit: the table that maps names to modules, and what "auto" means."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gshell.gui.display import why_no_display
from gshell.gui.toolkit import Toolkit, ToolkitUnavailable


@dataclass(frozen=True)
class _Entry:
    """A toolkit's row in the table."""

    needs: str
    """The modules that have to be there; "a|b" for one of them."""
    backends: str
    """matplotlib's backends made with it."""
    install: str
    """How a user gets it: from PyPI and from Debian."""
    cls: str
    """Our class for it, "module:name"."""
    applications: str
    """What a program calls or subclasses to build an application of this toolkit, or to run one: names with their
    module, however they are imported; or without, in any module."""
    programs: str
    """The modules, "a|b", that programs of the user's import to use the toolkit, and our function that prepares it for
    them: "modules module:name"."""
    refused: str = ""
    """The same for a session of another toolkit, in which both what it is given raise an error; empty: it may be used
    beside the other."""
    distribution: str = ""
    """What knows its version, if anything does."""
    typelib: str = ""
    """The namespace and version that GObject introspection has to know."""


_GTK = "gi gi._gi_cairo cairo"
_GTK_INSTALL = "pip install PyGObject pycairo, and the system's GTK {0}; Debian: apt install {1} gir1.2-gtk-{0}.0"
_GTK_REFUSED = "gi gshell.gui.gtk.programs:refuse_gtk"
_GTK_DEBIAN = "python3-gi-cairo"
_GTK_APPLICATIONS = "gi.repository.Gtk.Application gi.repository.Gtk.main gi.repository.GLib.MainLoop"
_QT_PROGRAMS = "PyQt6.QtWidgets|PySide6.QtWidgets|PyQt5.QtWidgets|PySide2.QtWidgets gshell.gui.qt.programs:prepare"

# In the order in which matplotlib looks for one.
TOOLKITS = {
    "qt": _Entry(
        needs="PyQt6|PySide6|PyQt5|PySide2",
        backends="qtagg qtcairo qt5agg qt5cairo",
        install="pip install PyQt5; Debian: apt install python3-pyqt5",
        distribution="PyQt6|PySide6|PySide6_Essentials|PyQt5|PySide2",
        cls="gshell.gui.qt.event_loop:QtToolkit",
        applications="QApplication QGuiApplication QCoreApplication mkQApp",  # the last is pyqtgraph's
        programs=_QT_PROGRAMS,
        refused=_QT_PROGRAMS,
    ),
    "gtk4": _Entry(
        needs=_GTK,
        backends="gtk4agg gtk4cairo",
        install=_GTK_INSTALL.format(4, _GTK_DEBIAN),
        distribution="PyGObject",
        cls="gshell.gui.gtk.gtk4:Gtk4Toolkit",
        applications=f"{_GTK_APPLICATIONS} gi.repository.Adw.Application",
        programs="gi gshell.gui.gtk.programs:prepare_gtk4",
        refused=_GTK_REFUSED,
        typelib="Gtk 4.0",
    ),
    "gtk3": _Entry(
        needs=_GTK,
        backends="gtk3agg gtk3cairo",
        install=_GTK_INSTALL.format(3, _GTK_DEBIAN),
        distribution="PyGObject",
        cls="gshell.gui.gtk.gtk3:Gtk3Toolkit",
        applications=_GTK_APPLICATIONS,
        programs="gi gshell.gui.gtk.programs:prepare_gtk3",
        refused=_GTK_REFUSED,
        typelib="Gtk 3.0",
    ),
    "tk": _Entry(
        needs="tkinter _tkinter PIL.ImageTk",
        backends="tkagg tkcairo",
        install="a part of Python, where it was built with Tk, and of Pillow; Debian: apt install python3-tk "
        "python3-pil.imagetk",
        cls="gshell.gui.tk.event_loop:TkToolkit",
        applications="tkinter.Tk tkinter.mainloop turtle.mainloop turtle.done turtle.exitonclick customtkinter.CTk "
        "ttkbootstrap.Window",
        programs="tkinter gshell.gui.tk.programs:prepare",
    ),
    "wx": _Entry(
        needs="wx",
        backends="wxagg wx wxcairo",
        install="pip install wxPython; Debian: apt install python3-wxgtk4.0",
        distribution="wxPython",
        cls="gshell.gui.wx.event_loop:WxToolkit",
        applications="wx.App wx.PySimpleApp wx.PyApp",
        programs="wx gshell.gui.wx.programs:prepare",
        refused="wx gshell.gui.wx.programs:prepare",
    ),
}

NAMES = [*TOOLKITS, "gtk", "auto", "none"]

FLAGS = {
    "qt": ("--qt", "-qthread"),
    "gtk": ("--gtk",),
    "gtk3": ("--gtk3", "-gthread"),
    "gtk4": ("--gtk4",),
    "wx": ("--wx", "-wthread"),
    "tk": ("--tk",),
    "none": ("--no-gui",),
}
"""Flags of the command line for some of these names, and the spellings of the old shells."""

# What users call toolkits besides.
_OTHER_NAMES = {"qt5": ("qt",), "gtk": ("gtk4", "gtk3"), "none": ("",), "agg": ("",)}

_BACKENDS = {"osx": "macosx", "gui": "auto"}

BACKENDS = ("auto", "agg", "pdf", "svg", *TOOLKITS, "qt5", "gtk", "osx")
"""Names that backend_of() takes, and matplotlib."""

Factory = Callable[[Callable[[], None]], Toolkit]


def why_not(name: str) -> str:
    """Why this toolkit can't be used here, in one line; empty if it can, as far as that is known without loading it."""
    entry = TOOLKITS[name]
    if not all(map(_is_installed, entry.needs.split())) or not _has_typelib(*entry.typelib.split()):
        return f"the toolkit {name} is not installed ({entry.install})"
    return ""


def resolved(name: str) -> str:
    """The toolkit that is meant by a name of the command line, but for "auto": "gtk" is the newest that there is."""
    if name == "gtk":
        return "gtk4" if not why_not("gtk4") else "gtk3"
    return name


def _is_installed(modules: str) -> bool:
    for module in modules.split("|"):
        try:
            if importlib.util.find_spec(module) is not None:
                return True
        except ImportError:  # a finder may say so that way
            pass
    return False


def _has_typelib(namespace: str = "", version: str = "") -> bool:
    if not namespace:
        return True
    gi = importlib.import_module("gi")  # without a library of any toolkit's
    return version in gi.Repository.get_default().enumerate_versions(namespace)


def is_meant(wanted: str, name: str) -> bool:
    """Whether the toolkit `name` (empty: none) is what a user calls `wanted`."""
    return name in _OTHER_NAMES.get(wanted, (wanted,))


def backend_of(wanted: str) -> str:
    """matplotlib's backend for a toolkit as a user calls it; `wanted` itself if that is something else."""
    names = [name for name in TOOLKITS if is_meant(wanted, name)]
    return TOOLKITS[names[0]].backends.split()[0] if names else _BACKENDS.get(wanted, wanted)


def toolkit_of(backend: str) -> str:
    """The toolkit that matplotlib's `backend` (its name, in any case) is made with; empty if it has no windows."""
    return next((name for name, entry in TOOLKITS.items() if backend.lower() in entry.backends.split()), "")


def builds_application(name: str, source: bytes) -> str:
    """The name by which a program builds or runs an application of the toolkit `name`; empty if it does not."""
    names = TOOLKITS[name].applications.split()
    if not any(all(part.encode() in source for part in name.split(".")[-2:]) for name in names):
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    meanings: dict[str, str] = {}  # of the program's own names: where they come from, or what they are derived from

    def application(node: ast.expr) -> str:
        """Which of the names that is, if any."""
        first, _, rest = _dotted(node).partition(".")
        whole = ".".join(filter(None, (meanings.get(first, first), rest)))
        return next((name for name in (whole, whole.rpartition(".")[2]) if name in names), "")

    for node in ast.walk(tree):  # from the outside inwards, so that a name comes before its use
        if isinstance(node, ast.Import):
            meanings.update({each.asname: each.name for each in node.names if each.asname})
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                meanings[each.asname or each.name] = f"{node.module}.{each.name}"
            if node.names[0].name == "*":
                meanings.update(
                    (last, name)
                    for name in names
                    for module, _, last in [name.rpartition(".")]
                    if module == node.module
                )
        elif isinstance(node, ast.ClassDef):
            meanings.update((node.name, found) for base in node.bases if (found := application(base)))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = next((found for call in calls if (found := application(call.func))), "")
    return ".".join(found.split(".")[-2:])


def _dotted(node: ast.expr) -> str:
    """`QtWidgets.QApplication` for that; only the last name of what has no name before it."""
    if isinstance(node, ast.Attribute):
        return ".".join(filter(None, (_dotted(node.value), node.attr)))
    return node.id if isinstance(node, ast.Name) else ""


def named(path: str) -> Callable[..., Any]:
    """The class or function that the table calls "module:name"."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def factory(name: str) -> Factory:
    """A function that loads and makes the toolkit; it raises ToolkitUnavailable."""

    def make(drain: Callable[[], None]) -> Toolkit:
        if reason := why_no_display():
            raise ToolkitUnavailable(f"no display: {reason}; figures are drawn off-screen and can be saved")
        toolkit: Toolkit = named(TOOLKITS[name].cls)(drain)
        return toolkit

    return make


def automatic() -> str:
    """The toolkit that matplotlib would choose, or "none".  Does not import matplotlib."""
    configured = configured_backend()
    if configured:
        return toolkit_of(configured) or "none"
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

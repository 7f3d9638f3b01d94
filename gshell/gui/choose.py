"""Which toolkit: the table of all that there are, and what "auto" means."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gshell.gui import applications
from gshell.gui.display import why_no_display
from gshell.gui.event_loop import EventLoop, Host, ToolkitUnavailable
from gshell.matplotlibrc import configured_backend


@dataclass(frozen=True)
class Toolkit:
    """A toolkit: a row of the table.  What is in a module is named "module:name", and loaded when it is needed."""

    name: str
    """As on the command line."""
    event_loop: str
    """Our EventLoop for it."""
    figure_kit: str
    """Our FigureKit for it; the module imports matplotlib."""
    backends: str
    """matplotlib's backends made with it; the first is the one that its figures are made from."""
    needs: str = ""
    """The modules that have to be there; "a|b" for one of them."""
    install: str = ""
    """How a user gets it: from PyPI and from Debian."""
    applications: str = ""
    """What a program calls or subclasses to build an application of this toolkit, or to run one: names with their
    module, however they are imported; or without, in any module."""
    programs: str = ""
    """The modules, "a|b", that programs of the user's import to use the toolkit, and our function that prepares it for
    them: "modules module:name"; empty: there are none."""
    imported_there: str = ""
    """The modules, "a|b.*", that the GUI thread imports, whoever wants them (imports_there.py).  With "b.*", those that
    have names, "b.c", are imported together with the first of them."""
    refused: str = ""
    """What `programs` is, for a session of another toolkit, in which both what it is given raise an error; empty: it
    may be used beside the other."""
    alone: str = ""
    """The same for a session without windows: what needs them raises an error, where the toolkit would end the process;
    empty: it raises one itself."""
    distribution: str = ""
    """What knows its version, if anything does."""
    typelib: str = ""
    """The namespace and version that GObject introspection has to know."""
    needs_display: bool = True
    """Whether its windows are on a display."""

    def make_event_loop(self, host: Host) -> EventLoop:
        """Import the toolkit and make its application.  On the GUI thread.  Raises ToolkitUnavailable."""
        if reason := self.why_no_display():
            raise ToolkitUnavailable(f"no display: {reason}; figures are drawn off-screen and can be saved")
        from gshell.gui.kept_locale import kept_locale  # no start needs it

        with kept_locale():
            loop: EventLoop = named(self.event_loop)(host)
        return loop

    def why_no_display(self) -> str:
        """Why its windows can't be shown, in one line; empty if they can.  From any thread."""
        return why_no_display() if self.needs_display else ""


_GTK = "gi gi._gi_cairo cairo"
_GTK_INSTALL = "pip install PyGObject pycairo, and the system's GTK {0}; Debian: apt install {1} gir1.2-gtk-{0}.0"
_GTK_MODULES = "gi.repository.Gtk|gi.repository.Gdk"
_GTK_REFUSED = "gi gshell.gui.gtk.preparing:refuse_gtk"
_GTK_DEBIAN = "python3-gi-cairo"
_GTK_APPLICATIONS = "gi.repository.Gtk.Application gi.repository.Gtk.main gi.repository.GLib.MainLoop"
_QT_MODULES = "|".join(
    f"{binding}.{module}"
    for binding in ("PyQt6", "PySide6", "PyQt5", "PySide2")
    for module in ("QtCore", "QtGui", "QtWidgets")
)
_QT_REFUSED = f"{_QT_MODULES} gshell.gui.qt.refusing:refuse"

# In the order in which matplotlib looks for one.
_TABLE = (
    Toolkit(
        name="qt",
        needs="PyQt6|PySide6|PyQt5|PySide2",
        backends="qtagg qtcairo qt5agg qt5cairo",
        install="pip install PyQt5; Debian: apt install python3-pyqt5",
        distribution="PyQt6|PySide6|PySide6_Essentials|PyQt5|PySide2",
        event_loop="gshell.gui.qt.event_loop:QtLoop",
        figure_kit="gshell.plotting.kits.qt:QtKit",
        applications="QApplication QGuiApplication QCoreApplication mkQApp",  # the last is pyqtgraph's
        programs=f"{_QT_MODULES} gshell.gui.qt.preparing:prepare",
        imported_there=f"{_QT_MODULES}|PyQt6.*|PySide6.*|PyQt5.*|PySide2.*",
        refused=_QT_REFUSED,
        alone=_QT_REFUSED,
    ),
    Toolkit(
        name="gtk4",
        needs=_GTK,
        backends="gtk4agg gtk4cairo",
        install=_GTK_INSTALL.format(4, _GTK_DEBIAN),
        distribution="PyGObject",
        event_loop="gshell.gui.gtk.gtk4:Gtk4Loop",
        figure_kit="gshell.plotting.kits.gtk4:Gtk4Kit",
        applications=f"{_GTK_APPLICATIONS} gi.repository.Adw.Application",
        programs="gi gshell.gui.gtk.preparing:prepare_gtk4",
        imported_there=_GTK_MODULES,
        refused=_GTK_REFUSED,
        alone="gi gshell.gui.gtk.preparing:guard_without_windows",
        typelib="Gtk 4.0",
    ),
    Toolkit(
        name="gtk3",
        needs=_GTK,
        backends="gtk3agg gtk3cairo",
        install=_GTK_INSTALL.format(3, _GTK_DEBIAN),
        distribution="PyGObject",
        event_loop="gshell.gui.gtk.gtk3:Gtk3Loop",
        figure_kit="gshell.plotting.kits.gtk3:Gtk3Kit",
        applications=_GTK_APPLICATIONS,
        programs="gi gshell.gui.gtk.preparing:prepare_gtk3",
        imported_there=_GTK_MODULES,
        refused=_GTK_REFUSED,
        alone="gi gshell.gui.gtk.preparing:guard_without_windows",
        typelib="Gtk 3.0",
    ),
    Toolkit(
        name="tk",
        needs="tkinter _tkinter PIL.ImageTk",
        backends="tkagg tkcairo",
        install="a part of Python, where it was built with Tk, and of Pillow; Debian: apt install python3-tk "
        "python3-pil.imagetk",
        event_loop="gshell.gui.tk.event_loop:TkLoop",
        figure_kit="gshell.plotting.kits.tk:TkKit",
        applications="tkinter.Tk tkinter.mainloop turtle.mainloop turtle.done turtle.exitonclick customtkinter.CTk "
        "ttkbootstrap.Window",
        programs="tkinter gshell.gui.tk.programs:prepare",
        alone="tkinter gshell.gui.tk.refusing:refuse",
    ),
    Toolkit(
        name="wx",
        needs="wx",
        backends="wxagg wx wxcairo",
        install="pip install wxPython; Debian: apt install python3-wxgtk4.0",
        distribution="wxPython",
        event_loop="gshell.gui.wx.event_loop:WxLoop",
        figure_kit="gshell.plotting.kits.wx:WxKit",
        applications="wx.App wx.PySimpleApp wx.PyApp",
        programs="wx gshell.gui.wx.programs:prepare",
        imported_there="wx|wx.*",
        refused="wx gshell.gui.wx.programs:prepare",
    ),
)

TOOLKITS = {toolkit.name: toolkit for toolkit in _TABLE}
"""All that there are, by name."""

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

OTHER_NAMES = {"qt5": ("qt",), "gtk": ("gtk4", "gtk3")}
"""What users call toolkits besides."""
_NO_TOOLKIT = ("none", "agg")


def why_not(name: str) -> str:
    """Why this toolkit can't be used here, in one line; empty if it can, as far as that is known without loading it."""
    toolkit = TOOLKITS[name]
    if not all(map(_is_installed, toolkit.needs.split())) or not _has_typelib(*toolkit.typelib.split()):
        return f"the toolkit {name} is not installed ({toolkit.install})"
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
    return not name if wanted in _NO_TOOLKIT else name in OTHER_NAMES.get(wanted, (wanted,))


def toolkit_of(backend: str) -> str:
    """The toolkit that matplotlib's `backend` (its name, in any case) is made with; empty if it has no windows."""
    return next((name for name, toolkit in TOOLKITS.items() if backend.lower() in toolkit.backends.split()), "")


def builds_application(name: str, source: bytes) -> str:
    """The name by which a program builds or runs an application of the toolkit `name`; empty if it does not."""
    return applications.builds_application(TOOLKITS[name].applications, source)


def named(path: str) -> Callable[..., Any]:
    """The class or function that the table calls "module:name"."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def automatic() -> str:
    """The toolkit that matplotlib would choose, or "none".  Does not import matplotlib."""
    configured = configured_backend()
    if configured:
        return toolkit_of(configured) or "none"
    return next((name for name in TOOLKITS if not why_not(name)), "none")

"""What GTK programs of the user's find when they import GTK, in whatever thread.

Of the two versions that may be installed, a program gets the one of the session, also if it does not say which one it
wants; if it says the other, PyGObject says that there can be only one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.affinity import Affinity
from gshell.gui.immutable import set_special
from gshell.imports import when_imported

Assert = Callable[[str], None]


def prepare_gtk3(module: ModuleType, access: Access) -> None:
    """Have programs find GTK 3, and a widget that is made in another thread than the GUI's raise an error.

    Once, when somebody imports gi.
    """
    _prepare("3.0", access)


def prepare_gtk4(module: ModuleType, access: Access) -> None:
    """The same for GTK 4."""
    _prepare("4.0", access)


def refuse_gtk(module: ModuleType, access: Access) -> None:
    """Have the import of GTK raise what `access` raises, as an ImportError.  Once, when somebody imports gi.

    That early: wx, and Qt on some desktops, are made with GTK 3, and GTK 4 in the same process would hang.
    """
    sys.meta_path.insert(0, _Refused(access.assert_may_make))


class _Refused:
    """A finder that finds no GTK."""

    def __init__(self, refuse: Assert) -> None:
        self._refuse = refuse

    def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> None:
        if name == "gi.repository.Gtk":
            try:
                self._refuse("import of Gtk")
            except RuntimeError as error:
                raise ImportError(str(error)) from None  # many a program has another way then


def _prepare(version: str, access: Access) -> None:
    gi: Any = importlib.import_module("gi")
    for namespace in ("Gtk", "Gdk"):
        if version in gi.Repository.get_default().enumerate_versions(namespace):
            gi.require_version(namespace, version)

    def on_gtk(overrides: ModuleType) -> None:
        _check_widgets(overrides, access.assert_may_make)
        _guard(overrides, access)

    when_imported("gi.overrides.Gtk", on_gtk)


def guard_without_windows(module: ModuleType, access: Access) -> None:
    """In a session without windows, have what needs a display raise what `access` raises; once, as gi is imported.

    Where there is a display, a program may open it, in whatever thread it likes.
    """

    def on_gtk(overrides: ModuleType) -> None:
        from gi.repository import Gdk, GLib
        from gi.types import GObjectMeta

        def check(what: str) -> None:
            if Gdk.Display.get_default() is None:
                access.assert_may_make(what)

        _check_widgets(overrides, check)
        stock, widget, function = GObjectMeta.__getattribute__, overrides.Widget, type(GLib.get_user_name)

        def __getattribute__(cls: type, name: str) -> Any:
            value = stock(cls, name)
            if not name.startswith("new") or not issubclass(cls, widget):
                return value
            if isinstance(getattr(value, "__func__", value), function):  # of newer PyGObjects: a class method of it
                check(cls.__name__)
            return value

        set_special(GObjectMeta, "__getattribute__", __getattribute__)

    when_imported("gi.overrides.Gtk", on_gtk)


def _guard(overrides: ModuleType, access: Access) -> None:
    """Have objects that another thread uses do what they do on the GUI thread."""
    from gi.repository import GObject
    from gi.types import GObjectMeta

    from gshell.gui.gtk.kinds import GtkKinds

    kinds = GtkKinds()
    affinity = Affinity(access, kinds)
    kinds.add_item(overrides.TextIter)
    for cls in (GObject.Object, overrides.TextIter):
        affinity.guard(cls)
    affinity.make_there(GObject.Object)
    set_special(GObjectMeta, "__getattribute__", affinity.getattribute_of(GObjectMeta))


def _check_widgets(overrides: ModuleType, assert_gui_thread: Assert) -> None:
    """Widgets that are made by a class.  (Those that C code makes are made on the GUI thread: _guard.)"""

    def check(owner: Any) -> None:
        stock = owner.__init__

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            assert_gui_thread(type(self).__name__)
            stock(self, *args, **kwargs)

        owner.__init__ = __init__

    # One place for all widgets, but for those of which PyGObject has written an __init__.
    widget: type = overrides.Widget
    classes = {value for value in vars(overrides).values() if isinstance(value, type) and issubclass(value, widget)}
    for owner in classes:
        if owner is widget or "__init__" in vars(owner):
            check(owner)

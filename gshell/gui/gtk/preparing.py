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

from gshell.imports import when_imported

Assert = Callable[[str], None]


def prepare_gtk3(assert_gui_thread: Assert, start: Callable[[], object]) -> None:
    """Have programs find GTK 3, and a widget that is made in another thread than the GUI's raise an error.

    Once, when somebody imports gi.  `assert_gui_thread(what)` raises in other threads: `what` does not belong there.
    """
    _prepare("3.0", assert_gui_thread)


def prepare_gtk4(assert_gui_thread: Assert, start: Callable[[], object]) -> None:
    """The same for GTK 4."""
    _prepare("4.0", assert_gui_thread)


def refuse_gtk(refuse: Assert, start: Callable[[], object]) -> None:
    """Have the import of GTK raise what `refuse(what)` raises, as an ImportError.  Once, when somebody imports gi.

    That early: wx, and Qt on some desktops, are made with GTK 3, and GTK 4 in the same process would hang.
    """
    sys.meta_path.insert(0, _Refused(refuse))


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


def _prepare(version: str, assert_gui_thread: Assert) -> None:
    gi: Any = importlib.import_module("gi")
    for namespace in ("Gtk", "Gdk"):
        if version in gi.Repository.get_default().enumerate_versions(namespace):
            gi.require_version(namespace, version)
    when_imported("gi.overrides.Gtk", lambda overrides: _check_widgets(overrides, assert_gui_thread))


def _check_widgets(overrides: ModuleType, assert_gui_thread: Assert) -> None:
    """Widgets that are made by a class.  (Gtk.Button.new() and Gtk.Builder do it in C, and nothing is asked.)"""

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

"""Which of PyGObject's objects belong to the GUI thread: all of GTK's, and of what it is made with.

GLib's and Gio's may be used in any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinMethodType, MethodDescriptorType
from typing import Any

from gi.repository import Gio, GLib, GObject

_PLAIN = {"GLib", "GObject", "Gio", "GdkPixbuf", "Gst", "Soup"}
"""Namespaces whose objects belong to no thread."""
_FunctionInfo = type(GLib.get_user_name)


class GtkKinds:
    """See affinity.Kinds."""

    methods: tuple[type[Any], ...] = (_FunctionInfo, BuiltinMethodType, MethodDescriptorType)

    def __init__(self) -> None:
        self._items: tuple[type, ...] = ()

    def add_item(self, cls: type) -> None:
        """Values of this class, which are no objects, belong to the GUI thread too."""
        self._items += (cls,)

    def belongs(self, thing: object, name: str, *, in_worker: bool) -> bool:
        """Whether the calling thread must leave the attribute `name` of `thing` to the GUI thread."""
        if isinstance(thing, Gio.Application) and name in ("run", "quit"):
            return False  # programs.py sees to that
        return self.has_members(type(thing))

    def is_whole(self, cls: type) -> bool:
        """Whether methods in Python of this class run on the GUI thread as a whole."""
        return True

    def is_part(self, value: object) -> bool:
        """Whether those are the properties of an object."""
        return type(value).__name__ == "GProps"

    def give_away(self, thing: object, start: Callable[[], object]) -> None:
        """Nothing is made in another thread."""
        raise AssertionError("an object of GTK's was made in another thread")

    def has_members(self, cls: type) -> bool:
        """Whether this is a class of objects that belong to the GUI thread."""
        return issubclass(cls, self._items) or (issubclass(cls, GObject.Object) and _namespace(cls) not in _PLAIN)

    def is_static(self, cls: type, name: str, *, in_worker: bool) -> bool:
        """Whether a static function is for the GUI thread."""
        return self.has_members(cls)


def _namespace(cls: type) -> str:
    """Where the class comes from that a class is made from: "Gtk" of `gi.repository.Gtk`."""
    stock = next((each for each in cls.__mro__ if each.__module__.startswith(("gi.repository.", "gi.overrides."))), cls)
    return stock.__module__.rpartition(".")[2]

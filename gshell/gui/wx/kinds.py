"""Which of wx's objects belong to the GUI thread: all but values, images and events."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any

import wx

_ITEMS = (
    "Caret ComboPopup DataObject Display DropSource DropTarget EventLoopBase GUIEventLoop ItemContainerImmutable "
    "MenuItemList Overlay RendererNative TextCompleter TextEntry"
)
_PLAIN = "Colour CommandEvent Event Image"
_ANY_THREAD = (
    "GetApp GetThread IsMainThread MilliSleep MicroSleep NewEventType NewId NewIdRef PostEvent QueueEvent Sleep "
    "WakeUpIdle WakeUpMainThread"
)


def _named(names: str) -> tuple[type, ...]:
    return tuple(getattr(wx, name) for name in names.split() if hasattr(wx, name))


class WxKinds:
    """See affinity.Kinds."""

    methods: tuple[type[Any], ...] = (BuiltinFunctionType,)

    def __init__(self) -> None:
        self._items = (wx.Object, *_named(_ITEMS))
        self._plain = _named(_PLAIN)

    def roots(self) -> tuple[type, ...]:
        """The classes from which all others are derived whose objects belong to the GUI thread."""
        return self._items

    def belongs(self, thing: object, name: str, *, in_worker: bool) -> bool:
        """Whether the calling thread must leave the attribute `name` of `thing` to the GUI thread."""
        if isinstance(thing, wx.App) and name in ("MainLoop", "ExitMainLoop"):
            return False  # programs.py sees to that
        return self.has_members(type(thing))

    def is_whole(self, cls: type) -> bool:
        """Whether methods in Python of this class run on the GUI thread as a whole."""
        return True

    def is_part(self, value: object) -> bool:
        """There are no such objects."""
        return False

    def give_away(self, thing: object, start: Callable[[], object]) -> None:
        """Nothing is made in another thread."""
        raise AssertionError("an object of wx's was made in another thread")

    def has_members(self, cls: type) -> bool:
        """Whether this is a class of objects that belong to the GUI thread."""
        return issubclass(cls, self._items) and not issubclass(cls, self._plain)

    def is_static(self, cls: type, name: str, *, in_worker: bool) -> bool:
        """Whether a static function is for the GUI thread."""
        return self.has_members(cls)

    def is_for_gui(self, name: str, value: object) -> bool:
        """Whether a function of the module is for the GUI thread."""
        return isinstance(value, BuiltinFunctionType) and name not in _ANY_THREAD.split()

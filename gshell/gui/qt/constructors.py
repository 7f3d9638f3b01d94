"""Where objects of Qt's begin, in any binding, and what is asked then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from gshell.gui.access import Access

NEED_APPLICATION = (
    "QPixmap QMovie QWindow QAction QCursor QFontDatabase QFontInfo QFontMetrics QFontMetricsF QTextDocument "
    "QGraphicsItem QGraphicsScene QSystemTrayIcon QShortcut"
)
"""What ends the process if it is made without an application, in one version of Qt or another."""


def classes(module: ModuleType) -> Iterator[Any]:
    """The classes of a binding's module.  (PySide makes them when they are asked for.)"""
    for name in dir(module):
        value = getattr(module, name)
        if isinstance(value, type):
            yield value


def beginning(module: ModuleType, root: type) -> list[Any]:
    """The classes whose __init__ begins an object of `root`: itself in PyQt, in PySide every class made from it."""
    own = [cls for cls in classes(module) if issubclass(cls, root) and "__init__" in vars(cls)]
    return own if root in own or root.__module__ != module.__name__ else [root, *own]


def named(module: ModuleType, names: str) -> list[type]:
    """Those of the classes that the module has."""
    return [vars(module)[name] for name in names.split() if name in dir(module) and getattr(module, name)]


def need_application(module: ModuleType, core: ModuleType, names: str, access: Access) -> None:
    """Have the application made before objects of these classes; raise what `access` raises where that can't be."""
    application = core.QCoreApplication.instance
    for root in named(module, names):
        for cls in beginning(module, root):
            check(cls, lambda what: application() is None and access.start(what))


def check(cls: Any, look: Callable[[str], object]) -> None:
    """Call `look(name)` before an object of the class is made, or one that is derived from it."""
    stock: Callable[..., None] = cls.__init__

    def __init__(self: object, *args: object, **kwargs: object) -> None:
        look(type(self).__name__)
        stock(self, *args, **kwargs)

    cls.__init__ = __init__

"""What programs find when they import one of Qt's bindings in a session that has no windows of Qt's.

All of Qt that needs no window is as ever.  A window without an application ends the process, and so does an
application without a display: here both are errors.  An application of the program's own is left to it, where it can
have one (QT_QPA_PLATFORM=offscreen, or `gshell --no-gui` at a screen).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.display import why_no_display
from gshell.gui.immutable import set_special
from gshell.gui.qt.constructors import NEED_APPLICATION, beginning, check, need_application
from gshell.gui.qt.kinds import QtKinds
from gshell.gui.qt.platform import needs_display, why_no_plugin
from gshell.gui.qt.preparing import core_of
from gshell.gui.qt.threads import keep_while_running

_METHODS = {
    "QIcon": "pixmap",
    "QPainter": "boundingRect drawPixmap drawText fontInfo fontMetrics",
    "QPainterPath": "addText",
}
"""Methods that end the process without an application."""


def refuse(module: ModuleType, access: Access) -> None:
    """Prepare a module of a binding that was imported.  What needs windows raises what `access` raises."""
    core, name = core_of(module)
    if name == "QtCore":
        _check_statics(core, access)
        keep_while_running(core.QThread)
        return
    need_application(module, core, NEED_APPLICATION, access)
    if name == "QtGui":
        for owner, methods in _METHODS.items():
            for each in methods.split():
                _check_method(getattr(module, owner), each, core, access)
        for cls in beginning(module, module.QGuiApplication):
            _check_application(cls, core, access)
    else:
        for cls in beginning(module, module.QWidget):
            check(cls, lambda what: _assert_may_make(what, core, module, access))
        for cls in beginning(module, module.QApplication):
            if "__init__" in vars(cls):  # else it is that of QGuiApplication
                _check_application(cls, core, access)


def _check_statics(core: ModuleType, access: Access) -> None:
    """Static functions, of dialogs and others, which need an application too."""
    metaclass: Any = type(core.QObject)
    kinds, application, stock = QtKinds(core), core.QCoreApplication.instance, metaclass.__getattribute__

    def __getattribute__(cls: type, name: str) -> Any:
        value = stock(cls, name)
        if not isinstance(value, kinds.methods) or application() is not None or not kinds.needs_windows(cls, name):
            return value

        def method(*args: object, **kwargs: object) -> Any:
            if application() is None and not isinstance(args[0] if args else None, cls):
                access.assert_may_make(f"{cls.__name__}.{name}()")
            return value(*args, **kwargs)

        return method

    set_special(metaclass, "__getattribute__", __getattribute__)


def _check_method(cls: Any, name: str, core: ModuleType, access: Access) -> None:
    """A method, not a virtual one, that needs an application."""
    stock: Callable[..., Any] = vars(cls)[name]

    @functools.wraps(stock, assigned=("__name__", "__doc__"))
    def method(self: object, *args: object, **kwargs: object) -> Any:
        if core.QCoreApplication.instance() is None:
            access.assert_may_make(f"{cls.__name__}.{name}()")
        return stock.__get__(self)(*args, **kwargs)

    setattr(cls, name, method)


def _check_application(cls: Any, core: ModuleType, access: Access) -> None:
    """Raise RuntimeError where an application would end the process, or is not wanted."""
    stock: Callable[..., None] = cls.__init__

    def __init__(self: object, *args: object, **kwargs: object) -> None:
        if args or kwargs or not core.__name__.startswith("PyQt"):  # else it is that of `qApp`, which stands for none
            if access.one_toolkit:
                access.assert_may_make(type(self).__name__)
            reason = (needs_display() and why_no_display()) or why_no_plugin(core.QCoreApplication.libraryPaths())
            if reason:
                raise RuntimeError(f"this {type(self).__name__} needs a display: {reason}")
        stock(self, *args, **kwargs)

    cls.__init__ = __init__


def _assert_may_make(what: str, core: ModuleType, widgets: ModuleType, access: Access) -> None:
    application = core.QCoreApplication.instance()
    if not isinstance(application, widgets.QApplication) or application.thread() != core.QThread.currentThread():
        access.assert_may_make(what)

"""Qt programs of the user's, in a process that has an application and a running event loop already.

    app = QApplication(sys.argv)
    window = Window()
    window.show()
    sys.exit(app.exec_())

runs as it is, on the GUI thread (`run` sees to that): `QApplication(...)` is the application that there is, and
`exec_()` returns at once (hosted_programs.py).  Where there is a widget to be made on another thread, Qt would crash
sooner or later; here that is an error which says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.event_loop import Host
from gshell.gui.hosted_programs import FIGURES, HostedPrograms, Later, Program
from gshell.gui.qt.binding import BINDING, IS_PYQT, NAMES, QtCore, QtGui, QtWidgets, is_deleted
from gshell.gui.qt.constructors import beginning, check

_APPLICATIONS: tuple[Any, ...] = (QtCore.QCoreApplication, QtGui.QGuiApplication, QtWidgets.QApplication)


class Application(QtWidgets.QApplication):
    """The shell's.  Of a class written in Python, so that it can become one of the user's."""


def prepare(access: Access) -> None:
    """Have programs find the shell's application.  When somebody imports a QtWidgets, in whatever thread.

    Raises ImportError for a second binding.
    """
    if others := [name for name in NAMES if name != BINDING and f"{name}.QtWidgets" in sys.modules]:
        raise ImportError(f"this session has {BINDING}, and {others[0]} beside it would crash: QT_API chooses one")
    for cls in beginning(QtWidgets, QtWidgets.QWidget):
        check(cls, access.assert_may_make)
    if IS_PYQT:
        _hand_out(access.start)
    else:
        _hand_out_by_name(access.start)


def _existing(cls: Any, start: Callable[[], object]) -> Any:
    """The application that there is, with the class that is asked for."""
    start()
    app: Any = QtCore.QCoreApplication.instance()
    if app is None:
        raise RuntimeError(f"there is no display for a {cls.__name__}")
    if issubclass(cls, QtWidgets.QApplication):
        app.__class__ = cls
    return app


def _hand_out(start: Callable[[], object]) -> None:
    """Have every QApplication(...) return the one that there is."""
    stock_new = QtWidgets.QApplication.__new__
    stock_init: Callable[..., None] = QtWidgets.QApplication.__init__

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return stock_new(cls) if cls is Application else _existing(cls, start)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if QtCore.QCoreApplication.instance() is None:
            stock_init(self, *args, **kwargs)

    for owner in _APPLICATIONS:
        owner.__new__ = staticmethod(__new__)
        owner.__init__ = __init__


def _hand_out_by_name(start: Callable[[], object]) -> None:
    """The same for PySide, where a class whose __new__ was replaced can't make objects of its own any more.

    So the names in its modules get other classes.
    """

    class Handed(type(QtCore.QObject)):  # type: ignore[misc]
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            app = _existing(cls, start)
            type(app).__init__(app, *args, **kwargs)
            return app

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        """There is nothing left to be done."""

    for module, owner in zip((QtCore, QtGui, QtWidgets), _APPLICATIONS, strict=True):
        names = {"__init__": __init__, "__module__": owner.__module__}
        setattr(module, owner.__name__, Handed(owner.__name__, (owner,), names))


class Programs(HostedPrograms[QtWidgets.QWidget, Program[QtWidgets.QWidget]]):
    """Those that have called exec_(), with their windows."""

    def __init__(self, app: QtWidgets.QApplication, host: Host, later: Later) -> None:
        super().__init__(host, later)
        self._app = app
        for owner in _APPLICATIONS:
            for name in ("exec", "exec_"):
                setattr(owner, name, staticmethod(lambda *_: self.host(sys._getframe(1), self._wait)))

    def program(self, frame: FrameType, windows: list[QtWidgets.QWidget]) -> Program[QtWidgets.QWidget]:
        return Program(frame, windows)

    def windows(self) -> list[QtWidgets.QWidget]:
        return [window for window in self._visible() if not hasattr(window, FIGURES)]

    def _visible(self) -> list[QtWidgets.QWidget]:
        return [window for window in self._app.topLevelWidgets() if window.isVisible()]

    def close(self, window: QtWidgets.QWidget) -> None:
        if not is_deleted(window):
            window.close()

    def _wait(self) -> int:
        """Process events until the last window is closed."""
        if not self._visible():
            return 0
        loop = QtCore.QEventLoop()
        self._app.lastWindowClosed.connect(loop.quit)
        return self.run_until_end(loop.exec if hasattr(loop, "exec") else loop.exec_, loop.quit)

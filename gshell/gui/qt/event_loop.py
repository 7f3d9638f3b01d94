"""Qt's event loop, through any of its Python bindings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import BuiltinMethodType
from typing import Any

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import EventLoop, Host
from gshell.gui.nested_loops import LOOK, ended_by_giving_up, inside, interruptible
from gshell.gui.qt.binding import IS_PYQT, IS_QT6, BoundSignal, QtCore, QtWidgets, Signal, unavailable
from gshell.gui.qt.platform import why_no_plugin
from gshell.gui.qt.programs import Application, Programs

# Every way in which Qt runs an event loop inside the one that runs: class, and the names of its functions.
_NESTED: list[tuple[type, str]] = [
    (QtWidgets.QDialog, "exec exec_"),
    (QtWidgets.QMenu, "exec exec_"),
    (QtWidgets.QMessageBox, "exec exec_ about aboutQt critical information question warning"),
    (QtWidgets.QInputDialog, "getDouble getInt getItem getMultiLineText getText"),
    (QtWidgets.QFileDialog, "getExistingDirectory getOpenFileName getOpenFileNames getSaveFileName"),
    (QtWidgets.QColorDialog, "getColor"),
    (QtWidgets.QFontDialog, "getFont"),
    (QtCore.QEventLoop, "exec exec_"),
    (QtCore.QCoreApplication, "processEvents"),
]
_LAST_WORDS = ("The X11 connection broke", "The Wayland connection ")
"""How the messages begin after which Qt ends the process.  (Qt 6 on X11 only ends its event loop.)"""


class _Waker(QtCore.QObject):
    """A signal crosses threads: emitted in any, received in the one that this object was made in."""

    woken = Signal()


class QtLoop(EventLoop):
    """Qt's.  It has to run on the OS main thread."""

    def __init__(self, host: Host) -> None:
        # Qt aborts the process if it can't open the display, so that is tried first (display.py), and without a plugin.
        if reason := why_no_plugin(QtCore.QCoreApplication.libraryPaths()):
            raise unavailable(reason)

        def on_message(kind: Any, context: Any, message: str | None) -> None:
            _print_message(kind, message)
            if message and message.startswith(_LAST_WORDS) and not (IS_QT6 and "X11" in message):
                host.display_lost("the display has closed its connection")

        QtCore.qInstallMessageHandler(on_message)
        if not IS_QT6:  # which has no other way
            QtCore.QCoreApplication.setAttribute(QtCore.Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
            QtCore.QCoreApplication.setAttribute(QtCore.Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
        QtWidgets.QApplication.setHighDpiScaleFactorRoundingPolicy(
            QtCore.Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        if IS_PYQT:  # its own idea of events at a prompt: input() on the GUI thread would run a second event loop
            QtCore.pyqtRemoveInputHook()
        self._app = Application(["gshell"])
        self._app.setQuitOnLastWindowClosed(False)
        self._waker = _Waker()
        self._waker.woken.connect(host.drain, QtCore.Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._emit = self._waker.woken.emit  # as this thread sees it (gui/affinity.py)
        self._timers: list[QtCore.QTimer] = []
        self._quitting = False
        self._run: Callable[[], int] = self._app.exec if IS_QT6 else self._app.exec_
        self._process_events = self._app.processEvents  # without what the user's code finds there later
        _let_go_in_nested_loops(host)
        self._programs = Programs(self._app, host, self.later)

    @runs_events
    def run(self) -> None:
        self._run()
        if not self._quitting:  # the user's program has called QApplication.quit()
            self._programs.close_windows()

    def wake(self) -> None:
        self._emit()

    def quit(self) -> None:
        self._quitting = True
        self._app.quit()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        timer = QtCore.QTimer()
        timer.timeout.connect(function)
        timer.start(round(seconds * 1000))
        self._timers.append(timer)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        QtCore.QTimer.singleShot(round(seconds * 1000), function)

    @runs_events
    def process_events(self) -> None:
        self._process_events()

    def is_native(self, value: object) -> bool:
        return isinstance(value, (QtCore.QObject, BoundSignal))

    def is_native_method(self, value: object) -> bool:
        return type(value) is BuiltinMethodType


def _let_go_in_nested_loops(host: Host) -> None:
    for name in ("exec", "exec_"):
        if hasattr(QtCore.QEventLoop, name):
            stock = interruptible(getattr(QtCore.QEventLoop, name), host, _looking)
            setattr(QtCore.QEventLoop, name, ended_by_giving_up(stock, host, _looking))

    def look() -> None:
        if host.given_up:
            _close_dialog()

    @contextmanager
    def nested_loop() -> Iterator[None]:
        with host.nested_loop(), _looking(None, look):
            yield

    for owner, names in _NESTED:
        for name in names.split():
            if name in vars(owner):
                is_static = not name.startswith("exec")
                carried = is_static and owner is not QtCore.QCoreApplication  # whose events are the thread's own
                wrapped = inside(getattr(owner, name), host, nested_loop, carried=carried)
                setattr(owner, name, staticmethod(wrapped) if is_static else wrapped)


def _close_dialog() -> None:
    """Close the dialog, or the menu, that waits for an answer."""
    waits = QtWidgets.QApplication.activePopupWidget() or QtWidgets.QApplication.activeModalWidget()
    if waits is not None:
        waits.close()


@contextmanager
def _looking(loop: object, look: Callable[[], None]) -> Iterator[None]:
    """Have the event loop that runs in this thread call `look()` meanwhile, again and again."""
    timer = QtCore.QTimer()
    timer.timeout.connect(look)
    timer.start(round(LOOK * 1000))
    try:
        yield
    finally:
        timer.stop()


def _print_message(kind: Any, message: str | None) -> None:
    """Qt's warnings go where Python's do: above the prompt.  (That no XDG_RUNTIME_DIR is set hurts nobody here.)"""
    if message and kind != QtCore.QtMsgType.QtDebugMsg and "XDG_RUNTIME_DIR" not in message:
        print(message, file=sys.stderr)

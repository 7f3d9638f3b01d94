"""Qt, through PyQt5."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any, ClassVar

from gshell.gui.toolkit import Frame, Toolkit, ToolkitUnavailable

try:
    from PyQt5 import QtCore, QtGui, QtWidgets, sip
except ImportError as error:
    raise ToolkitUnavailable(f"Qt can't be used: {error} (pip install PyQt5)") from None

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
]


class _Waker(QtCore.QObject):
    """A signal crosses threads: emitted in any, received in the one that this object was made in."""

    woken = QtCore.pyqtSignal()


class QtToolkit(Toolkit):
    """Qt 5.  Its event loop has to run on the OS main thread."""

    name = "qt"
    backend = "qtagg"
    canvas_events: ClassVar = {
        "mousePressEvent": QtGui.QMouseEvent,
        "mouseReleaseEvent": QtGui.QMouseEvent,
        "mouseDoubleClickEvent": QtGui.QMouseEvent,
        "mouseMoveEvent": QtGui.QMouseEvent,
        "wheelEvent": QtGui.QWheelEvent,
        "keyPressEvent": QtGui.QKeyEvent,
        "keyReleaseEvent": QtGui.QKeyEvent,
        "enterEvent": lambda event: QtGui.QEnterEvent(event.localPos(), event.windowPos(), event.screenPos()),
        "leaveEvent": QtCore.QEvent,
        "resizeEvent": lambda event: QtGui.QResizeEvent(event.size(), event.oldSize()),
    }
    motion_event = "mouseMoveEvent"
    canvas_reactions = ("_update_pixel_ratio",)

    def __init__(self, drain: Callable[[], None]) -> None:
        # Qt aborts the process if it can't open the display, so that is tried first (display.py).
        QtCore.qInstallMessageHandler(_print_message)
        QtCore.QCoreApplication.setAttribute(QtCore.Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
        QtCore.QCoreApplication.setAttribute(QtCore.Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
        QtWidgets.QApplication.setHighDpiScaleFactorRoundingPolicy(
            QtCore.Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        # PyQt's own idea of events at a prompt: input() on the GUI thread would run a second event loop.
        QtCore.pyqtRemoveInputHook()
        self._app = QtWidgets.QApplication(["gshell"])
        self._app.setQuitOnLastWindowClosed(False)
        self._waker = _Waker()
        self._waker.woken.connect(drain, QtCore.Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._timers: list[QtCore.QTimer] = []

    def run(self) -> None:
        self._app.exec_()

    def wake(self) -> None:
        self._waker.woken.emit()

    def quit(self) -> None:
        self._app.quit()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        timer = QtCore.QTimer()
        timer.timeout.connect(function)
        timer.start(round(seconds * 1000))
        self._timers.append(timer)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        QtCore.QTimer.singleShot(round(seconds * 1000), function)

    def process_events(self) -> None:
        self._app.processEvents()

    def let_go_in_nested_loops(self, released: Callable[[], Any]) -> None:
        for owner, names in _NESTED:
            for name in names.split():
                if name in vars(owner):
                    static = not name.startswith("exec")
                    setattr(owner, name, _inside(released, getattr(owner, name), static=static))

    def paint(self, canvas: Any, frame: Frame | None, event: Any) -> None:
        painter = QtGui.QPainter(canvas)
        try:
            painter.eraseRect(event.rect())
            if frame is not None:
                height, width, _ = frame.shape
                pixels = sip.voidptr(frame.data)
                image = QtGui.QImage(pixels, width, height, QtGui.QImage.Format.Format_RGBA8888)
                image.setDevicePixelRatio(canvas.device_pixel_ratio)
                painter.drawImage(0, 0, image)
            canvas._draw_rect_callback(painter)
        finally:
            painter.end()

    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        subplots: Any = importlib.import_module("matplotlib.backends.backend_qt").SubplotToolQt
        forms: Any = importlib.import_module("matplotlib.backends.qt_editor._formlayout")
        for name in ("_on_value_changed", "_tight_layout", "_reset"):
            setattr(subplots, name, in_turn(getattr(subplots, name)))
        fedit = forms.fedit

        def fedit_in_turn(*args: Any, apply: Callable[..., object] | None = None, **kwargs: Any) -> Any:
            return fedit(*args, apply=apply and in_turn(apply), **kwargs)

        forms.fedit = fedit_in_turn

    def is_alive(self, canvas: Any) -> bool:
        return not sip.isdeleted(canvas) and canvas.width() > 0 and canvas.height() > 0

    def destroy(self, manager: Any) -> None:
        # Explicitly, here and now: a widget that dies when Python drops the last reference dies in whatever
        # thread that happens in, and takes the process with it.
        if not sip.isdeleted(manager.window):
            manager.window.deleteLater()

    def destroy_timer(self, timer: Any) -> None:
        if not sip.isdeleted(timer):
            timer.stop()
            timer.deleteLater()


def _inside(released: Callable[[], Any], function: Callable[..., Any], *, static: bool) -> object:
    """`function`, run inside `released()`."""

    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with released():
            return function(*args, **kwargs)

    return staticmethod(wrapper) if static else wrapper


def _print_message(kind: Any, context: Any, message: str | None) -> None:
    """Qt's warnings go where Python's do: above the prompt.  (That no XDG_RUNTIME_DIR is set hurts nobody here.)"""
    if message and kind != QtCore.QtMsgType.QtDebugMsg and "XDG_RUNTIME_DIR" not in message:
        print(message, file=sys.stderr)

"""Qt, through any of its Python bindings."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from types import BuiltinMethodType
from typing import Any, ClassVar

from gshell.gui.qt.binding import (
    IS_PYQT,
    IS_QT6,
    BoundSignal,
    QtCore,
    QtGui,
    QtWidgets,
    Signal,
    copied,
    is_deleted,
    pixels_for_image,
    unavailable,
)
from gshell.gui.qt.platform import why_no_plugin
from gshell.gui.qt.programs import Application, Programs
from gshell.gui.toolkit import CanvasEvent, Frame, Geometry, Toolkit
from gshell.threads.protection import protected

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

    woken = Signal()


class _Canvas:
    """What is different in matplotlib's canvas."""

    _gshell_frame: Frame | None

    def paintEvent(self: Any, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        try:
            painter.eraseRect(event.rect())
            frame = self._gshell_frame  # kept until it is painted: the worker may draw another meanwhile
            if frame is not None:
                height, width, _ = frame.shape
                pixels = pixels_for_image(frame.data)
                image = QtGui.QImage(pixels, width, height, QtGui.QImage.Format.Format_RGBA8888)
                image.setDevicePixelRatio(self.device_pixel_ratio)
                painter.drawImage(0, 0, image)
            self._draw_rect_callback(painter)
        finally:
            painter.end()


class _Manager:
    """What is different in matplotlib's figure manager."""

    gshell_closed: Callable[[Callable[[], None]], None]

    def _widgetclosed(self) -> None:
        self.gshell_closed(super()._widgetclosed)  # type: ignore[misc]


def _kept(**options: bool) -> CanvasEvent:
    return CanvasEvent(lambda canvas, event: (copied(event),), **options)


class QtToolkit(Toolkit):
    """Qt 5.  Its event loop has to run on the OS main thread."""

    name = "qt"
    backend = "qtagg"
    canvas_events: ClassVar = {
        "mousePressEvent": _kept(),
        "mouseReleaseEvent": _kept(),
        "mouseDoubleClickEvent": _kept(),
        "mouseMoveEvent": _kept(is_motion=True),
        "wheelEvent": _kept(),
        "keyPressEvent": _kept(),
        "keyReleaseEvent": _kept(),
        "enterEvent": _kept(),
        "leaveEvent": _kept(),
        "resizeEvent": _kept(is_resize=True),
    }
    canvas_reactions = ("_update_pixel_ratio",)
    canvas_posts = ("update", "set_cursor")
    canvas_changes = _Canvas
    manager_changes = _Manager

    def __init__(self, drain: Callable[[], None]) -> None:
        # Qt aborts the process if it can't open the display, so that is tried first (display.py), and without a plugin.
        if reason := why_no_plugin(QtCore.QCoreApplication.libraryPaths()):
            raise unavailable(reason)
        QtCore.qInstallMessageHandler(_print_message)
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
        self._waker.woken.connect(drain, QtCore.Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._timers: list[QtCore.QTimer] = []
        self._busy = False
        self._quitting = False
        self._run: Callable[[], int] = self._app.exec if IS_QT6 else self._app.exec_
        self._programs: Programs | None = None

    def run(self) -> None:
        self._run()
        if not self._quitting and self._programs is not None:  # the user's program has called QApplication.quit()
            self._programs.close_windows()

    def wake(self) -> None:
        self._waker.woken.emit()

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

    def process_events(self) -> None:
        self._app.processEvents()

    def show_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            if busy:
                self._app.setOverrideCursor(QtGui.QCursor(QtCore.Qt.CursorShape.BusyCursor))
            else:
                self._app.restoreOverrideCursor()

    def let_go_in_nested_loops(self, released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
        for name in ("exec", "exec_"):
            if hasattr(QtCore.QEventLoop, name):
                stock = getattr(QtCore.QEventLoop, name)
                setattr(QtCore.QEventLoop, name, _interruptible_loop(stock, self._app.thread(), interrupted))
        for owner, names in _NESTED:
            for name in names.split():
                if name in vars(owner):
                    static = not name.startswith("exec")
                    setattr(owner, name, _inside(released, getattr(owner, name), static=static))

    def host_programs(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        self._programs = Programs(self._app, on_gui, given_up, blocking=blocking)

    def is_native(self, value: object) -> bool:
        return isinstance(value, (QtCore.QObject, BoundSignal))

    def is_native_method(self, value: object) -> bool:
        return type(value) is BuiltinMethodType

    def export(self, canvas: type, toolbar: type | None) -> None:
        qt: Any = importlib.import_module("matplotlib.backends.backend_qt")
        qtagg: Any = importlib.import_module("matplotlib.backends.backend_qtagg")  # qt5agg has its names from there
        qtagg.FigureCanvasQTAgg = qtagg.FigureCanvas = canvas
        qt.NavigationToolbar2QT = qtagg.NavigationToolbar2QT = toolbar

    def repaint(self, canvas: Any) -> None:
        canvas.update()

    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        subplots: Any = importlib.import_module("matplotlib.backends.backend_qt").SubplotToolQt
        forms: Any = importlib.import_module("matplotlib.backends.qt_editor._formlayout")
        for name in ("_on_value_changed", "_tight_layout", "_reset"):
            setattr(subplots, name, _slot(in_turn(getattr(subplots, name))))
        fedit = forms.fedit

        def fedit_in_turn(*args: Any, apply: Callable[..., object] | None = None, **kwargs: Any) -> Any:
            return fedit(*args, apply=apply and in_turn(apply), **kwargs)

        forms.fedit = fedit_in_turn

    def keep_focus_away(self, manager: Any) -> None:
        manager.window.setAttribute(QtCore.Qt.WidgetAttribute.WA_ShowWithoutActivating)

    def geometry(self, manager: Any) -> Geometry | None:
        window = manager.window
        if is_deleted(window) or not window.isVisible() or window.isMaximized() or window.isFullScreen():
            return None
        return window.x(), window.y(), window.width(), window.height()

    def place(self, manager: Any, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.resize(*size)
        middle = QtCore.QPoint(position[0] + window.width() // 2, position[1] + window.height() // 2)
        if self._app.screenAt(middle) is not None:
            window.move(*position)

    def exists(self, canvas: Any) -> bool:
        return not is_deleted(canvas)

    def is_alive(self, canvas: Any) -> bool:
        return self.exists(canvas) and canvas.width() > 0 and canvas.height() > 0

    def destroy(self, manager: Any) -> None:
        # Explicitly, here and now: a widget that dies when Python drops the last reference dies in whatever
        # thread that happens in, and takes the process with it.
        if not is_deleted(manager.window):
            manager.window.deleteLater()

    def destroy_timer(self, timer: Any) -> None:
        if not is_deleted(timer):
            timer.stop()
            timer.deleteLater()


def _slot(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """A slot that does not take a signal's argument: PyQt looks at how many there may be."""
    return lambda self: method(self)


def _inside(released: Callable[[], Any], function: Callable[..., Any], *, static: bool) -> object:
    """`function`, run inside `released()`."""

    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with released():
            return function(*args, **kwargs)

    return staticmethod(wrapper) if static else wrapper


def _interruptible_loop(
    function: Callable[..., int], gui_thread: QtCore.QThread | None, interrupted: Callable[[], bool]
) -> Callable[..., int]:
    """QEventLoop.exec_ that, in another thread than the GUI's, ends soon after `interrupted()` is true.

    It waits in C++, where a signal is noted and nothing more.  A timer has it come back to Python.  What a slot raises
    goes to sys.excepthook and ends nothing, so the KeyboardInterrupt is kept until the loop has ended.
    """

    @protected
    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(loop: QtCore.QEventLoop, *args: Any) -> int:
        if QtCore.QThread.currentThread() is gui_thread:
            return function(loop, *args)

        def look() -> None:
            if interrupted():
                loop.quit()

        timer = QtCore.QTimer()
        timer.timeout.connect(look)
        timer.start(50)
        return function(loop, *args)

    return wrapper


def _print_message(kind: Any, context: Any, message: str | None) -> None:
    """Qt's warnings go where Python's do: above the prompt.  (That no XDG_RUNTIME_DIR is set hurts nobody here.)"""
    if message and kind != QtCore.QtMsgType.QtDebugMsg and "XDG_RUNTIME_DIR" not in message:
        print(message, file=sys.stderr)

"""Qt: what is different in matplotlib's canvas and figure manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from matplotlib.backend_bases import ToolContainerBase
from matplotlib.backends import backend_qt, backend_qtagg
from matplotlib.backends.qt_editor import _formlayout

from gshell.gui.hosted_programs import FIGURES
from gshell.gui.qt.binding import QtCore, QtGui, QtWidgets, copied, is_deleted, pixels_for_image
from gshell.gui.qt.event_loop import QtLoop
from gshell.plotting.kit import CanvasEvent, FigureKit, Frame, Geometry, Wrap
from gshell.plotting.patches import patch


class QtCanvas(backend_qtagg.FigureCanvasQTAgg):
    """matplotlib's, but for what it paints."""

    _gshell_frame: Frame | None
    _draw_rect_callback: Callable[[QtGui.QPainter], None]

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
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


class QtManager(backend_qt.FigureManagerQT):
    """matplotlib's, but for a window that is closed."""

    gshell_closed: Callable[[Callable[[], None]], None]

    def _widgetclosed(self) -> None:
        self.gshell_closed(super()._widgetclosed)


def _kept(**options: bool) -> CanvasEvent:
    return CanvasEvent(lambda canvas, event: (copied(event),), **options)


class QtKit(FigureKit[QtCanvas, QtManager, QtLoop]):
    """The figures of Qt."""

    canvas = QtCanvas
    manager = QtManager
    toolbar = backend_qt.NavigationToolbar2QT
    timer = backend_qt.TimerQT
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

    def export(self, canvas: type, toolbar: type | None) -> None:
        # backend_qt5agg has its names from there.
        patch(backend_qtagg, FigureCanvasQTAgg=canvas, FigureCanvas=canvas, NavigationToolbar2QT=toolbar)
        patch(backend_qt, NavigationToolbar2QT=toolbar)
        for window in (backend_qt.MainWindow, backend_qt.SubplotToolQt, _formlayout.FormDialog):
            setattr(window, FIGURES, True)

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        subplots = backend_qt.SubplotToolQt
        for name in ("_on_value_changed", "_tight_layout", "_reset"):
            setattr(subplots, name, _slot(in_turn(getattr(subplots, name))))
        fedit: Callable[..., object] = _formlayout.fedit

        def fedit_in_turn(*args: object, apply: Callable[..., object] | None = None, **kwargs: object) -> object:
            return fedit(*args, apply=apply and in_turn(apply), **kwargs)

        _formlayout.fedit = fedit_in_turn

    def repaint(self, canvas: QtCanvas) -> None:
        canvas.update()

    def show_busy(self, busy: bool) -> None:
        if busy:
            QtWidgets.QApplication.setOverrideCursor(QtGui.QCursor(QtCore.Qt.CursorShape.BusyCursor))
        else:
            QtWidgets.QApplication.restoreOverrideCursor()

    def keep_focus_away(self, manager: QtManager) -> None:
        manager.window.setAttribute(QtCore.Qt.WidgetAttribute.WA_ShowWithoutActivating)

    def geometry(self, manager: QtManager) -> Geometry | None:
        window = manager.window
        if is_deleted(window) or not window.isVisible() or window.isMaximized() or window.isFullScreen():
            return None
        return window.x(), window.y(), window.width(), window.height()

    def place(self, manager: QtManager, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.resize(*size)
        middle = QtCore.QPoint(position[0] + window.width() // 2, position[1] + window.height() // 2)
        if QtWidgets.QApplication.screenAt(middle) is not None:
            window.move(*position)

    def exists(self, widget: QtCanvas | ToolContainerBase) -> bool:
        return not is_deleted(widget)

    def is_alive(self, canvas: QtCanvas) -> bool:
        return self.exists(canvas) and canvas.width() > 0 and canvas.height() > 0

    def destroy(self, manager: QtManager) -> None:
        # Explicitly, here and now: a widget that dies when Python drops the last reference dies in whatever
        # thread that happens in, and takes the process with it.
        if not is_deleted(manager.window):
            manager.window.deleteLater()

    def destroy_timer(self, timer: QtCore.QTimer) -> None:
        if not is_deleted(timer):
            timer.stop()
            timer.deleteLater()


def _slot(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """A slot that does not take a signal's argument: PyQt looks at how many there may be."""
    return lambda self: method(self)

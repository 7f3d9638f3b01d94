"""wx: what is different in matplotlib's canvas, figure manager and timer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import matplotlib
import wx
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, MouseButton, ToolContainerBase
from matplotlib.backends import backend_wx, backend_wxagg
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gshell.gui.hosted_programs import FIGURES
from gshell.gui.wx.event_loop import WxLoop
from gshell.plotting.kit import CanvasEvent, FigureKit, Frame, Geometry, Wrap
from gshell.plotting.patches import close_events_in_turn, patch


def exists(window: Any) -> bool:
    """Whether the window was not destroyed yet, and is not to be soon."""
    return bool(window) and not window.IsBeingDeleted()


def copied(canvas: WxCanvas, event: Any) -> tuple[object, ...]:
    """An event that wx destroys when its handler returns, and which others may handle too."""
    event.Skip()  # as all of matplotlib's handlers do; on the copy it has no effect
    return (event.Clone(),)


def canvas_size(canvas: WxCanvas) -> wx.Size:
    """The size that the figure asks for, in the pixels of wx."""
    size = wx.Size(*map(math.ceil, canvas.figure.bbox.size))
    return canvas.FromDIP(size)


class WxCanvas(backend_wxagg.FigureCanvasWxAgg):
    """matplotlib's, but for what it paints, and the mouse buttons of an event that has waited."""

    _gshell_frame: Frame | None
    _gshell_painted: Frame | None = None
    _gshell_motion: Any = None

    def draw(self, drawDC: object = None) -> None:
        FigureCanvasAgg.draw(self)  # what FigureCanvasWxAgg does besides is to show it
        self._isDrawn = True

    def _on_paint(self, event: Any) -> None:
        dc = wx.PaintDC(self)
        dc.SetBackground(wx.WHITE_BRUSH)
        dc.Clear()
        frame = self._gshell_frame
        if frame is not None:
            if frame is not self._gshell_painted:
                height, width, _ = frame.shape
                self.bitmap = wx.Bitmap.FromBufferRGBA(width, height, frame)
                self.bitmap.SetScaleFactor(self.GetDPIScaleFactor())
                self._gshell_painted = frame
            self.gui_repaint(drawDC=dc)
        dc.Destroy()

    def _on_motion(self, event: Any) -> None:
        self._gshell_motion = event
        super()._on_motion(event)

    def _on_mouse_button(self, event: Any) -> None:
        # While the mouse is captured, wx has GTK report that it was moved, and not again before that was handled: when
        # a drag ends, the last report may be from far away.
        if event.ButtonUp() and self._gshell_motion is not None and event.Position != self._gshell_motion.Position:
            self._gshell_motion = event
            super()._on_motion(event)
        super()._on_mouse_button(event)

    def _mpl_buttons(self) -> set[MouseButton]:  # type: ignore[override]
        """Those that were down when the mouse was moved.  They may be up by the time that it has its turn, and
        matplotlib would take that for the end of the pan."""
        event = self._gshell_motion
        up = event.GetButton() if event.ButtonUp() else wx.MOUSE_BTN_NONE  # at its end, see above
        down = {
            MouseButton.LEFT: event.LeftIsDown() or up == wx.MOUSE_BTN_LEFT,
            MouseButton.MIDDLE: event.MiddleIsDown() or up == wx.MOUSE_BTN_MIDDLE,
            MouseButton.RIGHT: event.RightIsDown() or up == wx.MOUSE_BTN_RIGHT,
            MouseButton.BACK: event.Aux1IsDown() or up == wx.MOUSE_BTN_AUX1,
            MouseButton.FORWARD: event.Aux2IsDown() or up == wx.MOUSE_BTN_AUX2,
        }
        return {button for button, is_down in down.items() if is_down}


class WxManager(backend_wx.FigureManagerWx):
    """matplotlib's, but for how a window is made, shown, resized and closed."""

    window: Any
    canvas: WxCanvas
    gshell_closed: Callable[[Callable[[], None]], None]

    @classmethod
    def create_with_canvas(cls, canvas_class: type[FigureCanvasBase], figure: Figure, num: int | str) -> WxManager:
        manager: WxManager = super().create_with_canvas(canvas_class, figure, num)
        # matplotlib makes the frame as large as the canvas.  When wxGTK learns of the borders it takes them off that,
        # unless it was told the size of what is inside.
        manager.window.SetClientSize(canvas_size(manager.canvas))
        # Instead of matplotlib's, which destroys the frame at once.
        manager.window.Bind(wx.EVT_CLOSE, manager._gshell_close)
        return manager

    @property
    def frame(self) -> Any:
        """The window, by the name that it also has in matplotlib."""
        return self.window

    @frame.setter
    def frame(self, frame: Any) -> None:
        if frame is not None:
            self.window = frame

    def _gshell_close(self, event: Any) -> None:
        """The user has asked to close the window."""
        self.gshell_closed(lambda: Gcf.destroy(self))
        if exists(self.window):
            self.window.Hide()

    def resize(self, width: float, height: float) -> None:
        self.window.SetClientSize(wx.Size(math.ceil(width), math.ceil(height)))

    def show(self) -> None:
        if matplotlib.rcParams["figure.raise_window"]:
            self.window.Show()
            self.window.Raise()
        elif not self.window.IsShown():
            self.window.ShowWithoutActivating()

    def destroy(self, *args: Any) -> None:
        if exists(self.window):
            backend_wx.CloseEvent("close_event", self.canvas)._process()  # type: ignore[attr-defined]  # in its turn
            self.window.Destroy()


class WxTimer(backend_wx.TimerWx):
    """matplotlib's, but for what it calls."""

    _timer: Any
    _on_timer: Callable[[], object]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer.Notify = self._gshell_notify

    def _gshell_notify(self) -> None:
        self._on_timer()  # which returns something, and wx wants nothing


class WxKit(FigureKit[WxCanvas, WxManager, WxLoop]):
    """The figures of wx.  What takes the keyboard, or not, is WxManager.show()."""

    canvas = WxCanvas
    manager = WxManager
    toolbar = backend_wx.NavigationToolbar2Wx
    timer = WxTimer
    canvas_events: ClassVar = {
        "_on_size": CanvasEvent(lambda canvas, event: (None,), is_resize=True),  # it asks the window
        "_on_motion": CanvasEvent(copied, is_motion=True),
        "_on_mouse_button": CanvasEvent(copied),
        "_on_mouse_wheel": CanvasEvent(copied),
        "_on_enter": CanvasEvent(copied),
        "_on_leave": CanvasEvent(copied),
        "_on_key_down": CanvasEvent(copied),
        "_on_key_up": CanvasEvent(copied),
    }
    canvas_reactions = ()
    canvas_posts = ("set_cursor", "Refresh")

    def export(self, canvas: type[FigureCanvasBase], toolbar: type | None) -> None:
        # Also for matplotlib itself, where a frame makes its manager.
        patch(backend_wxagg, FigureCanvasWxAgg=canvas, FigureCanvas=canvas)
        patch(backend_wxagg, NavigationToolbar2WxAgg=toolbar, NavigationToolbar2Wx=toolbar)
        patch(backend_wx, NavigationToolbar2Wx=toolbar, FigureManagerWx=canvas.manager_class)
        for window in (backend_wx.FigureFrameWx, backend_wx._HelpDialog):
            setattr(window, FIGURES, True)

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        # No dialogs: the one that configures subplots is a figure.
        close_events_in_turn(backend_wx, in_turn)

    def repaint(self, canvas: WxCanvas) -> None:
        canvas.Refresh(False)

    def show_busy(self, busy: bool) -> None:
        if busy and not wx.IsBusy():
            wx.BeginBusyCursor()
        elif wx.IsBusy() and not busy:
            wx.EndBusyCursor()

    def geometry(self, manager: WxManager) -> Geometry | None:
        window = manager.window
        if not window or not window.IsShown() or window.IsMaximized() or window.IsFullScreen() or window.IsIconized():
            return None
        return (*window.GetPosition(), *window.GetClientSize())

    def place(self, manager: WxManager, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.SetClientSize(wx.Size(*size))
        width, height = window.GetSize()
        if wx.Display.GetFromPoint(wx.Point(position[0] + width // 2, position[1] + height // 2)) != wx.NOT_FOUND:
            window.SetPosition(wx.Point(*position))

    def exists(self, widget: WxCanvas | ToolContainerBase) -> bool:
        return exists(widget)

    def is_alive(self, canvas: WxCanvas) -> bool:
        if not exists(canvas):
            return False
        width, height = canvas.GetClientSize()
        return bool(width > 0 and height > 0)

    def destroy(self, manager: WxManager) -> None:
        if exists(manager.window):
            manager.window.Destroy()

    def destroy_timer(self, timer: Any) -> None:
        timer.Stop()

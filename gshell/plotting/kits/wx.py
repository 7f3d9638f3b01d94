"""wx: what is different in matplotlib's canvas and figure manager."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import wx

from gshell.gui.toolkit import Frame


def exists(window: Any) -> bool:
    """Whether the window was not destroyed yet, and is not to be soon."""
    return bool(window) and not window.IsBeingDeleted()


def copied(canvas: Any, event: Any) -> tuple[Any]:
    """An event that wx destroys when its handler returns, and which others may handle too."""
    event.Skip()  # as all of matplotlib's handlers do; on the copy it has no effect
    return (event.Clone(),)


def export(canvas: Any, toolbar: type | None) -> None:
    """Have programs, and matplotlib itself, find these classes in matplotlib's modules."""
    backend: Any = importlib.import_module("matplotlib.backends.backend_wx")
    agg: Any = importlib.import_module("matplotlib.backends.backend_wxagg")
    agg.FigureCanvasWxAgg = agg.FigureCanvas = canvas
    backend.NavigationToolbar2Wx = agg.NavigationToolbar2WxAgg = agg.NavigationToolbar2Wx = toolbar
    backend.FigureManagerWx = canvas.manager_class  # which a frame makes by itself


def canvas_size(canvas: Any) -> wx.Size:
    """The size that the figure asks for, in the pixels of wx."""
    size = wx.Size(*map(math.ceil, canvas.figure.bbox.size))
    return canvas.FromDIP(size)


class Canvas:
    """What is different in matplotlib's canvas."""

    _gshell_frame: Frame | None
    _gshell_painted: Frame | None = None
    _gshell_motion: Any = None

    def draw(self: Any) -> None:
        agg: Any = importlib.import_module("matplotlib.backends.backend_agg")
        agg.FigureCanvasAgg.draw(self)  # what FigureCanvasWxAgg does besides is to show it
        self._isDrawn = True

    def _on_paint(self: Any, event: Any) -> None:
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

    def _on_motion(self: Any, event: Any) -> None:
        self._gshell_motion = event
        super()._on_motion(event)  # type: ignore[misc]

    def _on_mouse_button(self: Any, event: Any) -> None:
        # While the mouse is captured, wx has GTK report that it was moved, and not again before that was handled: when
        # a drag ends, the last report may be from far away.
        if event.ButtonUp() and self._gshell_motion is not None and event.Position != self._gshell_motion.Position:
            self._gshell_motion = event
            super()._on_motion(event)  # type: ignore[misc]
        super()._on_mouse_button(event)  # type: ignore[misc]

    def _mpl_buttons(self) -> set[Any]:
        """Those that were down when the mouse was moved.  They may be up by the time that it has its turn, and
        matplotlib would take that for the end of the pan."""
        from matplotlib.backend_bases import MouseButton

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


class Manager:
    """What is different in matplotlib's figure manager."""

    window: Any

    @classmethod
    def create_with_canvas(cls: Any, canvas_class: Any, figure: Any, num: int) -> Any:
        manager = super().create_with_canvas(canvas_class, figure, num)  # type: ignore[misc]
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

    def _gshell_close(self: Any, event: Any) -> None:
        """The user has asked to close the window."""
        gcf: Any = importlib.import_module("matplotlib._pylab_helpers").Gcf
        self.gshell_closed(lambda: gcf.destroy(self))
        if exists(self.window):
            self.window.Hide()

    def resize(self: Any, width: float, height: float) -> None:
        self.window.SetClientSize(wx.Size(math.ceil(width), math.ceil(height)))

    def show(self: Any) -> None:
        import matplotlib

        if matplotlib.rcParams["figure.raise_window"]:
            self.window.Show()
            self.window.Raise()
        elif not self.window.IsShown():
            self.window.ShowWithoutActivating()

    def destroy(self: Any, *args: Any) -> None:
        backend: Any = importlib.import_module("matplotlib.backends.backend_wx")
        if exists(self.window):
            backend.CloseEvent("close_event", self.canvas)._process()
            self.window.Destroy()


class Timer:
    """What is different in matplotlib's timer."""

    _timer: Any
    _on_timer: Callable[[], object]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer.Notify = self._gshell_notify

    def _gshell_notify(self) -> None:
        self._on_timer()  # which returns something, and wx wants nothing

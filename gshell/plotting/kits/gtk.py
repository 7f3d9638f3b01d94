"""GTK 3 and GTK 4: what is different in matplotlib's canvas, figure manager and timer.

The classes here go before matplotlib's own, of one version or the other.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar, TypeVar

import cairo
from gi.repository import GLib, Gtk
from matplotlib import _pylab_helpers, cbook
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, TimerBase, ToolContainerBase
from matplotlib.backend_tools import Cursors
from matplotlib.backends import _backend_gtk

from gshell.gui.gtk.event_loop import GtkLoop
from gshell.gui.hosted_programs import FIGURES
from gshell.plotting.kit import FigureKit, Frame
from gshell.plotting.patches import patch


class GtkCanvas(FigureCanvasBase):
    """What is different in matplotlib's canvas."""

    _gshell_frame: Frame | None
    _gshell_shown: tuple[Frame, cairo.ImageSurface] | None = None
    _gshell_cursor = Cursors.POINTER
    gshell_gone = False

    def is_drawable(self) -> bool:
        """True: matplotlib asks before it has the widget painted, also in the worker, which would have to wait."""
        return True

    def on_draw_event(self: Any, widget: Gtk.Widget, context: cairo.Context[Any]) -> bool:
        allocation = self.get_allocation()
        Gtk.render_background(
            self.get_style_context(), context, allocation.x, allocation.y, allocation.width, allocation.height
        )
        if self._gshell_frame is not None:
            context.set_source_surface(self._gshell_surface(self._gshell_frame), 0, 0)
            context.paint()
        return False

    def _gshell_surface(self, frame: Frame) -> cairo.ImageSurface:
        """The frame as cairo wants it; made once, for as often as the window has to be painted."""
        if self._gshell_shown is None or self._gshell_shown[0] is not frame:
            pixels = cbook._unmultiplied_rgba8888_to_premultiplied_argb32(frame)  # type: ignore[attr-defined]
            height, width, _ = frame.shape
            surface = cairo.ImageSurface.create_for_data(pixels.ravel().data, cairo.FORMAT_ARGB32, width, height)
            self._gshell_shown = frame, surface
        surface = self._gshell_shown[1]
        surface.set_device_scale(self.device_pixel_ratio, self.device_pixel_ratio)
        return surface

    def set_cursor(self, cursor: Cursors) -> None:
        self._gshell_cursor = cursor
        self.gshell_show_cursor(cursor)

    def gshell_show_cursor(self, cursor: Cursors) -> None:
        """Show matplotlib's `cursor` over the canvas."""
        raise NotImplementedError

    def gshell_usual_cursor(self) -> None:
        """Show the cursor that matplotlib has asked for last."""
        self.gshell_show_cursor(self._gshell_cursor)

    def gshell_is_gone(self) -> None:
        """The canvas was destroyed."""
        self.gshell_gone = True


class GtkManager(FigureManagerBase):
    """What is different in matplotlib's figure manager."""

    window: Any
    canvas: GtkCanvas
    gshell_closed: Callable[[Callable[[], None]], None]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        setattr(self.window, FIGURES, True)

    def gshell_window_closed(self, destroy: Callable[[], None]) -> None:
        """matplotlib's Gcf.destroy(manager) was about to be called: the user has closed the window, or it is gone."""
        if not self.canvas.gshell_gone:
            self.gshell_closed(destroy)
            self.canvas.gshell_is_gone()


class GtkTimer(_backend_gtk.TimerGTK):
    """matplotlib's, but GLib has been told that it goes on, before it has had its turn."""

    _single: bool

    def _on_timer(self) -> None:
        timer = self._timer
        TimerBase._on_timer(self)  # type: ignore[attr-defined]
        if self._timer == timer and (self._single or not self.callbacks):
            self._timer_stop()


C = TypeVar("C", bound=GtkCanvas)
M = TypeVar("M", bound=GtkManager)


class GtkKit(FigureKit[C, M, GtkLoop]):
    """The figures of GTK, of one version or the other."""

    timer = GtkTimer
    canvas_reactions: ClassVar = ("_update_device_pixel_ratio",)
    canvas_posts: ClassVar = ("queue_draw", "set_cursor")

    version: str
    """As in the names of matplotlib's classes: "GTK3"."""
    widgets: ModuleType
    """matplotlib's module with the widgets, and the one with the canvas for Agg."""
    agg: ModuleType

    def export(self, canvas: type, toolbar: type | None) -> None:
        patch(self.agg, **{f"FigureCanvas{self.version}Agg": canvas, "FigureCanvas": canvas})
        patch(self.widgets, **{f"NavigationToolbar2{self.version}": toolbar})
        # What matplotlib does when a window was closed goes through this name.
        patch(_backend_gtk, Gcf=_Closing())

    def repaint(self, canvas: C) -> None:
        widget: Any = canvas
        widget.queue_draw()

    def show_busy(self, busy: bool) -> None:
        for manager in _pylab_helpers.Gcf.get_all_fig_managers():
            canvas = manager.canvas
            if isinstance(canvas, GtkCanvas) and not canvas.gshell_gone:
                canvas.gshell_show_cursor(Cursors.WAIT) if busy else canvas.gshell_usual_cursor()

    def exists(self, widget: C | ToolContainerBase) -> bool:
        return not getattr(widget, "gshell_gone", False)

    def is_alive(self, canvas: C) -> bool:
        return self.exists(canvas)

    def destroy(self, manager: M) -> None:
        manager.canvas.gshell_is_gone()  # matplotlib has destroyed the window

    def destroy_timer(self, timer: int) -> None:
        if GLib.MainContext.default().find_source_by_id(timer) is not None:
            GLib.source_remove(timer)


class _Closing:
    """matplotlib's Gcf, as the windows see it: they call Gcf.destroy(manager) when the user has closed them."""

    def destroy(self, manager: FigureManagerBase) -> None:
        def destroy() -> None:
            _pylab_helpers.Gcf.destroy(manager)

        if isinstance(manager, GtkManager):
            manager.gshell_window_closed(destroy)
        else:
            destroy()

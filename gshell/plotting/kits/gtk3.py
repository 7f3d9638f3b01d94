"""GTK 3."""

from __future__ import annotations

from typing import Any, ClassVar

from gi.repository import Gdk
from matplotlib.backend_tools import Cursors
from matplotlib.backends import backend_gtk3, backend_gtk3agg

from gshell.plotting.kit import CanvasEvent, Geometry, Wrap
from gshell.plotting.kits.gtk import GtkCanvas, GtkKit, GtkManager
from gshell.plotting.patches import close_events_in_turn


class Gtk3Canvas(GtkCanvas, backend_gtk3agg.FigureCanvasGTK3Agg):
    """matplotlib's, but for what it paints, and its cursor."""

    def gshell_show_cursor(self, cursor: Cursors) -> None:
        # Without the event that matplotlib has GTK handle then, whichever that is.
        window = self.get_property("window")
        if window is not None:
            window.set_cursor(backend_gtk3._mpl_to_gtk_cursor(cursor))


class Gtk3Manager(GtkManager, backend_gtk3.FigureManagerGTK3):
    """matplotlib's, but for a window that is closed."""


class _Kept:
    """A copy of an event, which GTK destroys when its handler returns."""

    def __init__(self, event: Any) -> None:
        self._copy = event.copy()
        # A Gdk.Event, of which what the handler has got (Gdk.EventButton) is a member (`button`), in its memory.
        self._member = getattr(self._copy, type(event).__name__.removeprefix("Event").lower(), self._copy)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._member, name)


def _kept(canvas: Gtk3Canvas, widget: Any, event: Any) -> tuple[object, ...]:
    return widget, _Kept(event)


class Gtk3Kit(GtkKit[Gtk3Canvas, Gtk3Manager]):
    """The figures of GTK 3."""

    canvas = Gtk3Canvas
    manager = Gtk3Manager
    toolbar = backend_gtk3.NavigationToolbar2GTK3
    version = "GTK3"
    widgets = backend_gtk3
    agg = backend_gtk3agg
    canvas_events: ClassVar = {
        "button_press_event": CanvasEvent(_kept, answer=False),
        "button_release_event": CanvasEvent(_kept, answer=False),
        "motion_notify_event": CanvasEvent(_kept, answer=False, is_motion=True),
        "scroll_event": CanvasEvent(_kept, answer=False),
        "key_press_event": CanvasEvent(_kept, answer=True),  # or the focus would go to the toolbar with an arrow key
        "key_release_event": CanvasEvent(_kept, answer=True),
        "enter_notify_event": CanvasEvent(_kept, answer=False),
        "leave_notify_event": CanvasEvent(_kept, answer=False),
        "configure_event": CanvasEvent(_kept, answer=False, is_resize=True),
        "size_allocate": CanvasEvent(lambda canvas, widget, size: (widget, size.copy()), is_resize=True),
    }

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        # No dialogs: the one that configures subplots is a figure, and the save dialog ends before anything is done.
        close_events_in_turn(backend_gtk3, in_turn)

    def keep_focus_away(self, manager: Gtk3Manager) -> None:
        manager.window.set_focus_on_map(False)

    def geometry(self, manager: Gtk3Manager) -> Geometry | None:
        window = manager.window
        surface = window.get_window()
        if surface is None or not window.get_visible():
            return None
        if surface.get_state() & (Gdk.WindowState.FULLSCREEN | Gdk.WindowState.MAXIMIZED | Gdk.WindowState.ICONIFIED):
            return None
        x, y = window.get_position()
        width, height = window.get_size()
        return x, y, width, height

    def place(self, manager: Gtk3Manager, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.set_default_size(*size)
        width, height = window.get_default_size()
        x, y = position[0] + width // 2, position[1] + height // 2
        screen = Gdk.Display.get_default().get_monitor_at_point(x, y).get_geometry()
        if screen.x <= x < screen.x + screen.width and screen.y <= y < screen.y + screen.height:
            window.move(*position)

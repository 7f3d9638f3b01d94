"""GTK 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from gshell.gui.toolkit import CanvasEvent, Geometry, ToolkitUnavailable

try:
    import gi

    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk, GLib

    GLib.set_prgname("gshell")  # as the window manager sees it, and lists of recently used files
    from gshell.gui.gtk.event_loop import GtkCanvas, GtkToolkit
except (ImportError, ValueError) as error:
    raise ToolkitUnavailable(f"GTK 3 can't be used: {error}") from None


class _Kept:
    """A copy of an event, which GTK destroys when its handler returns."""

    def __init__(self, event: Any) -> None:
        self._copy = event.copy()
        # A Gdk.Event, of which what the handler has got (Gdk.EventButton) is a member (`button`), in its memory.
        self._member = getattr(self._copy, type(event).__name__.removeprefix("Event").lower(), self._copy)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._member, name)


def _kept(canvas: Any, widget: Any, event: Any) -> tuple[Any, ...]:
    return widget, _Kept(event)


class _Canvas(GtkCanvas):
    def gshell_set_cursor(self: Any, cursor: Any) -> None:
        # Without the event that matplotlib has GTK handle then, whichever that is.
        from matplotlib.backends.backend_gtk3 import _mpl_to_gtk_cursor

        window = self.get_property("window")
        if window is not None:
            window.set_cursor(_mpl_to_gtk_cursor(cursor))


class Gtk3Toolkit(GtkToolkit):
    """GTK 3."""

    name = "gtk3"
    backend = "gtk3agg"
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
    canvas_changes = _Canvas

    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        pass  # the one that configures subplots is a figure, and the save dialog ends before anything is done

    def keep_focus_away(self, manager: Any) -> None:
        manager.window.set_focus_on_map(False)

    def geometry(self, manager: Any) -> Geometry | None:
        window = manager.window
        surface = window.get_window()
        if surface is None or not window.get_visible():
            return None
        if surface.get_state() & (Gdk.WindowState.FULLSCREEN | Gdk.WindowState.MAXIMIZED | Gdk.WindowState.ICONIFIED):
            return None
        x, y = window.get_position()
        width, height = window.get_size()
        return x, y, width, height

    def place(self, manager: Any, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.set_default_size(*size)
        width, height = window.get_default_size()
        x, y = position[0] + width // 2, position[1] + height // 2
        screen = Gdk.Display.get_default().get_monitor_at_point(x, y).get_geometry()
        if screen.x <= x < screen.x + screen.width and screen.y <= y < screen.y + screen.height:
            window.move(*position)

"""GTK 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import gi
from gi.repository import Gdk, Gtk
from matplotlib.backend_bases import MouseButton
from matplotlib.backend_tools import Cursors
from matplotlib.backends import _backend_gtk, backend_gtk4, backend_gtk4agg

from gshell.plotting.kit import CanvasEvent, Geometry, Wrap
from gshell.plotting.kits.gtk import GtkCanvas, GtkKit, GtkManager
from gshell.plotting.patches import close_events_in_turn, patch


class Gtk4Canvas(GtkCanvas, backend_gtk4agg.FigureCanvasGTK4Agg):
    """matplotlib's, but for what it paints, its cursor, and the mouse buttons of an event that has waited."""

    supports_blit = True  # all that is shown is the frame, and that is copied as a whole

    def _mpl_buttons(self, controller: _Controller) -> set[MouseButton]:
        """Those that were pressed when the mouse moved; matplotlib asks for those that are when it is told."""
        state, kinds = controller.get_current_event_state(), Gdk.ModifierType
        masks = {
            MouseButton.LEFT: kinds.BUTTON1_MASK,
            MouseButton.MIDDLE: kinds.BUTTON2_MASK,
            MouseButton.RIGHT: kinds.BUTTON3_MASK,
            MouseButton.BACK: kinds.BUTTON4_MASK,
            MouseButton.FORWARD: kinds.BUTTON5_MASK,
        }
        return {button for button, mask in masks.items() if state & mask}

    def gshell_show_cursor(self, cursor: Cursors) -> None:
        self.set_cursor_from_name(_backend_gtk.mpl_to_gtk_cursor_name(cursor))


class Gtk4Manager(GtkManager, backend_gtk4.FigureManagerGTK4):
    """matplotlib's, but for a window that is closed."""


class _Controller:
    """An event controller as it was when an event came: it knows about the present one only."""

    def __init__(self, controller: Any) -> None:
        # Before, PyGObject had no means to translate it; matplotlib does not ask for it then.
        self._event = controller.get_current_event() if gi.version_info >= (3, 47) else None
        self._state = controller.get_current_event_state()
        self._button = controller.get_current_button() if isinstance(controller, Gtk.GestureSingle) else 0

    def get_current_event(self) -> Any:
        return self._event

    def get_current_event_state(self) -> Any:
        return self._state

    def get_current_button(self) -> int:
        return self._button


def _kept(canvas: Gtk4Canvas, controller: Any, *args: object) -> tuple[object, ...]:
    return _Controller(controller), *args


class _GtkOfBackend:
    """GTK as matplotlib's backend sees it: what it connects to its save dialog waits for its turn."""

    def __init__(self, in_turn: Wrap) -> None:
        class FileChooserNative(Gtk.FileChooserNative):  # type: ignore[misc]
            def connect(self, signal: str, function: Callable[..., object]) -> Any:
                return super().connect(signal, in_turn(function))

        self.FileChooserNative = FileChooserNative

    def __getattr__(self, name: str) -> Any:
        return getattr(Gtk, name)


class Gtk4Kit(GtkKit[Gtk4Canvas, Gtk4Manager]):
    """The figures of GTK 4."""

    canvas = Gtk4Canvas
    manager = Gtk4Manager
    toolbar = backend_gtk4.NavigationToolbar2GTK4
    version = "GTK4"
    widgets = backend_gtk4
    agg = backend_gtk4agg
    canvas_events: ClassVar = {
        "button_press_event": CanvasEvent(_kept),
        "button_release_event": CanvasEvent(_kept),
        "motion_notify_event": CanvasEvent(_kept, is_motion=True),
        "scroll_event": CanvasEvent(_kept, answer=True),
        "key_press_event": CanvasEvent(_kept, answer=True),
        "key_release_event": CanvasEvent(_kept, answer=True),
        "enter_notify_event": CanvasEvent(_kept),
        "leave_notify_event": CanvasEvent(_kept),
        "resize_event": CanvasEvent(is_resize=True),
    }

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        close_events_in_turn(backend_gtk4, in_turn)
        # The save dialog does not run: it calls a function of matplotlib's when it has ended, which saves the figure.
        patch(backend_gtk4, Gtk=_GtkOfBackend(in_turn))

    def is_alive(self, canvas: Gtk4Canvas) -> bool:
        # One in a window of a program's that was closed is in none: matplotlib asks the window where the mouse is.
        return super().is_alive(canvas) and canvas.get_native() is not None

    def keep_focus_away(self, manager: Gtk4Manager) -> None:
        # GTK 4 has no word for it.  On X11 the window manager looks at when the user has last used the program.
        manager.window.realize()
        surface = manager.window.get_surface()
        if hasattr(surface, "set_user_time"):
            surface.set_user_time(0)

    def geometry(self, manager: Gtk4Manager) -> Geometry | None:
        window = manager.window
        if window is None or not window.get_visible() or window.is_fullscreen() or window.is_maximized():
            return None
        return 0, 0, window.get_width(), window.get_height()

    def place(self, manager: Gtk4Manager, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        if size is not None:  # where a window is, GTK 4 leaves to the window manager
            manager.window.set_default_size(*size)

    def destroy(self, manager: Gtk4Manager) -> None:
        super().destroy(manager)
        # A destroyed window of GTK 4 keeps its children, and these the functions that they call, in C, where the
        # garbage collector does not see it.  While it exists it also keeps the widget that had the focus.
        canvas: Any = manager.canvas
        canvas.set_draw_func(None)
        for controller in list(canvas.observe_controllers()):
            canvas.remove_controller(controller)
        _take_apart(manager.vbox)
        manager.window.set_child(None)
        manager.window = None


def _take_apart(widget: Any) -> None:
    """Remove all children of boxes."""
    if isinstance(widget, Gtk.Box):
        while (child := widget.get_first_child()) is not None:
            _take_apart(child)
            widget.remove(child)
    elif isinstance(widget, Gtk.ScrolledWindow):
        inner = widget.get_child()
        _take_apart(inner.get_child() if isinstance(inner, Gtk.Viewport) else inner)
        widget.set_child(None)

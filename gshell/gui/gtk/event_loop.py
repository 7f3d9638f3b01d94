"""What GTK 3 and GTK 4 have in common, through PyGObject.  One of the two was required before this is imported.

GTK is a library on top of GLib, whose main context is the event loop: sources (timers, the connection to the display,
functions to be called when there is time) can be added to it from any thread, and are dispatched in the one that runs
it.  Everything else of GTK belongs to that thread.

PyGObject wraps its own event loops in something that takes SIGINT and the signal wakeup fd, if it finds itself in
the main thread, for which it looks at the thread's name.  That would be in the way of ours, so the OS main thread has
another name (session.py), and the wakeup fd counts as taken already.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import BuiltinMethodType, MethodType
from typing import Any, ClassVar

from gi import _ossighelper
from gi.overrides import Gtk as overrides
from gi.repository import GLib, GObject, Gtk

from gshell.gui.gtk.hosted import Programs
from gshell.gui.gtk.loops import nest_loops
from gshell.gui.toolkit import Frame, Toolkit, ToolkitUnavailable

_FunctionInfo = type(GLib.get_user_name)


class GtkCanvas:
    """What is different in matplotlib's canvas."""

    _gshell_frame: Frame | None
    _gshell_shown: tuple[Frame, Any] | None = None
    _gshell_cursor: Any = None
    _gshell_gone = False

    def is_drawable(self) -> bool:
        """True: matplotlib asks before it has the widget painted, also in the worker, which would have to wait."""
        return True

    def on_draw_event(self: Any, widget: Any, context: Any) -> bool:
        allocation = self.get_allocation()
        Gtk.render_background(
            self.get_style_context(), context, allocation.x, allocation.y, allocation.width, allocation.height
        )
        if self._gshell_frame is not None:
            context.set_source_surface(self._gshell_surface(self._gshell_frame), 0, 0)
            context.paint()
        return False

    def _gshell_surface(self: Any, frame: Frame) -> Any:
        """The frame as cairo wants it; made once, for as often as the window has to be painted."""
        if self._gshell_shown is None or self._gshell_shown[0] is not frame:
            cairo: Any = importlib.import_module("cairo")
            cbook: Any = importlib.import_module("matplotlib.cbook")
            pixels = cbook._unmultiplied_rgba8888_to_premultiplied_argb32(frame)
            height, width, _ = frame.shape
            surface = cairo.ImageSurface.create_for_data(pixels.ravel().data, cairo.FORMAT_ARGB32, width, height)
            self._gshell_shown = frame, surface
        surface = self._gshell_shown[1]
        surface.set_device_scale(self.device_pixel_ratio, self.device_pixel_ratio)
        return surface

    def set_cursor(self, cursor: Any) -> None:
        self._gshell_cursor = cursor
        self.gshell_set_cursor(cursor)

    def gshell_set_cursor(self, cursor: Any) -> None:
        """Show matplotlib's `cursor` over the canvas."""
        raise NotImplementedError


class GtkManager:
    """What is different in matplotlib's figure manager."""

    window: Any
    canvas: Any
    gshell_closed: Callable[[Callable[[], None]], None]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.window.gshell_is_figure = True

    def gshell_window_closed(self, destroy: Callable[[], None]) -> None:
        """matplotlib's Gcf.destroy(manager) was about to be called: the user has closed the window, or it is gone."""
        if not self.canvas._gshell_gone:
            self.gshell_closed(destroy)
            self.canvas._gshell_gone = True


class GtkTimer:
    """What is different in matplotlib's timer: GLib has been told that it goes on, before it has had its turn."""

    _timer: int | None
    _single: bool
    callbacks: list[Any]

    def _on_timer(self: Any) -> None:
        timer = self._timer
        base: Any = importlib.import_module("matplotlib.backend_bases").TimerBase
        base._on_timer(self)
        if self._timer == timer and (self._single or not self.callbacks):
            self._timer_stop()


class GtkToolkit(Toolkit):
    """GTK, of one version or the other.  Its event loop may run in any thread; that is the one that GTK belongs to."""

    canvas_reactions: ClassVar = ("_update_device_pixel_ratio",)
    canvas_posts: ClassVar = ("queue_draw", "set_cursor")
    manager_changes: ClassVar = GtkManager
    timer_changes: ClassVar = GtkTimer

    def __init__(self, drain: Callable[[], None]) -> None:
        if not overrides.initialized:
            raise ToolkitUnavailable("GTK can't open the display")
        self._drain = drain
        self._context = GLib.MainContext.default()
        self._loop = GLib.MainLoop()
        self._run = GLib.MainLoop.run  # without what user code finds there later
        self._busy = False
        self._programs: Programs | None = None
        _ossighelper._wakeup_fd_is_active = True
        GLib.log_set_writer_func(_print_message, None)

    def run(self) -> None:
        self._run(self._loop)

    def wake(self) -> None:
        # A source for every time: one that is being dispatched is not looked at in a loop nested into it.
        GLib.idle_add(self._wake, priority=GLib.PRIORITY_DEFAULT)

    def _wake(self) -> bool:
        with self._programs.in_a_task() if self._programs is not None else nullcontext():
            self._drain()
        return False

    def quit(self) -> None:
        self._loop.quit()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        def again() -> bool:
            function()
            return True

        GLib.timeout_add(round(seconds * 1000), again)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        def once() -> bool:
            function()
            return False

        GLib.timeout_add(round(seconds * 1000), once)

    def process_events(self) -> None:
        while self._context.pending():
            self._context.iteration(False)

    def show_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            cursors: Any = importlib.import_module("matplotlib.backend_tools").Cursors
            managers: Any = importlib.import_module("matplotlib._pylab_helpers").Gcf.get_all_fig_managers()
            for canvas in (manager.canvas for manager in managers if isinstance(manager, GtkManager)):
                usual = canvas._gshell_cursor if canvas._gshell_cursor is not None else cursors.POINTER
                if self.is_alive(canvas):
                    canvas.gshell_set_cursor(cursors.WAIT if busy else usual)

    def let_go_in_nested_loops(self, released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
        @contextmanager
        def nested() -> Iterator[None]:
            with self._programs.in_a_task(False) if self._programs is not None else nullcontext(), released():
                yield

        nest_loops(nested, interrupted)

    def host_programs(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        self._programs = Programs(on_gui, given_up, blocking=blocking)

    def is_native(self, value: object) -> bool:
        return isinstance(value, GObject.Object)

    def is_native_method(self, value: object) -> bool:
        kind = type(value)
        if kind is MethodType:  # PyGObject has some in Python
            return value.__func__.__module__.startswith("gi.overrides.")  # type: ignore[attr-defined,no-any-return]
        return kind is _FunctionInfo or kind is BuiltinMethodType

    def export(self, canvas: type, toolbar: type | None) -> None:
        widgets: Any = importlib.import_module(f"matplotlib.backends.backend_{self.name}")
        agg: Any = importlib.import_module(f"matplotlib.backends.backend_{self.name}agg")
        setattr(agg, f"FigureCanvas{self.name.upper()}Agg", canvas)
        agg.FigureCanvas = canvas
        setattr(widgets, f"NavigationToolbar2{self.name.upper()}", toolbar)
        # What matplotlib does when a window was closed goes through this name.
        common: Any = importlib.import_module("matplotlib.backends._backend_gtk")
        common.Gcf = _Closing(common.Gcf)

    def repaint(self, canvas: Any) -> None:
        canvas.queue_draw()

    def exists(self, canvas: Any) -> bool:
        return not getattr(canvas, "_gshell_gone", False)

    def is_alive(self, canvas: Any) -> bool:
        return self.exists(canvas)

    def destroy(self, manager: Any) -> None:
        manager.canvas._gshell_gone = True  # matplotlib has destroyed the window

    def destroy_timer(self, timer: Any) -> None:
        if self._context.find_source_by_id(timer) is not None:
            GLib.source_remove(timer)


class _Closing:
    """matplotlib's Gcf, as the windows see it: they call Gcf.destroy(manager) when the user has closed them."""

    def __init__(self, gcf: Any) -> None:
        self._gcf = gcf

    def destroy(self, manager: Any) -> None:
        def destroy() -> None:
            self._gcf.destroy(manager)

        if isinstance(manager, GtkManager):
            manager.gshell_window_closed(destroy)
        else:
            destroy()


def _print_message(level: Any, fields: Any, size: int, data: object) -> Any:
    """GTK's warnings go where Python's do: above the prompt.  (That there is no session bus hurts nobody here.)

    It is called in whatever thread, and GTK is not told of an exception.
    """
    if level & (GLib.LogLevelFlags.LEVEL_DEBUG | GLib.LogLevelFlags.LEVEL_INFO):
        return GLib.LogWriterOutput.HANDLED
    message = GLib.log_writer_format_fields(level, fields, False).strip()
    if not any(words in message for words in ("session bus", "dconf", "dbus-launch")):
        print(message, file=sys.stderr)
    return GLib.LogWriterOutput.HANDLED

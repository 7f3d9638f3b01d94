"""Tk, through tkinter."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable
from types import MethodType
from typing import Any, ClassVar

from gshell.gui.thread import report_exception
from gshell.gui.toolkit import CanvasEvent, Geometry, Toolkit, ToolkitUnavailable
from gshell.gui.user_time import show_without_focus
from gshell.threads.wakeup import wakeup_pipe

try:
    import tkinter

    from gshell.gui.tk.programs import Programs, Root, exists
    from gshell.plotting.kits import tk as tk_figures
except ImportError as error:
    raise ToolkitUnavailable(f"Tk can't be used: {error} (Debian: apt install python3-tk)") from None

_NATIVE = (tkinter.Misc, tkinter.Variable, tkinter.Image)
SWEEP = 1.0
"""Seconds between two looks for what other threads have dropped."""


class TkToolkit(Toolkit):
    """Tk.

    A Tcl interpreter belongs to the thread that has made it, and all windows that were made in one thread are served
    by whatever event loop runs there.  So there is one interpreter for the shell and its figures, with a main window
    that never appears; programs of the user's make more of them on the same thread, and need no loop of their own.
    """

    name = "tk"
    backend = "tkagg"
    canvas_events: ClassVar = {
        "resize": CanvasEvent(is_resize=True),
        "motion_notify_event": CanvasEvent(is_motion=True),
        "enter_notify_event": CanvasEvent(),
        "leave_notify_event": CanvasEvent(),
        "button_press_event": CanvasEvent(),
        "button_dblclick_event": CanvasEvent(),
        "button_release_event": CanvasEvent(),
        "scroll_event": CanvasEvent(),
        "scroll_event_windows": CanvasEvent(),
        "key_press": CanvasEvent(),
        "key_release": CanvasEvent(),
    }
    canvas_reactions = ("_update_device_pixel_ratio",)
    canvas_posts = ("set_cursor",)
    canvas_changes = tk_figures.Canvas
    manager_changes = tk_figures.Manager
    timer_changes = tk_figures.Timer

    def __init__(self, drain: Callable[[], None]) -> None:
        try:
            self._root = Root()
        except tkinter.TclError as error:
            raise ToolkitUnavailable(f"Tk can't be used: {error}") from None
        self._drain = drain
        self._quitting = False
        self._released: Callable[[], Any] | None = None
        self._cursors: list[tuple[Any, str]] = []
        # Tcl's own ways to wake another thread's loop are not in tkinter; `after` may be called from other threads,
        # but blocks the caller until it was served.  A pipe takes some 20 microseconds, and costs nothing while idle.
        self._wake_read, self._wake_write = wakeup_pipe()
        self._root.tk.createfilehandler(self._wake_read, tkinter.READABLE, self._on_wake)
        self.every(SWEEP, self._root.sweep)

    def _on_wake(self, *_: object) -> None:
        try:
            os.read(self._wake_read, 1)  # what the first task does may run an event loop, which needs the others
        except BlockingIOError:  # a nested event loop has read it
            pass
        self._drain()

    def run(self) -> None:
        while not self._quitting:
            try:
                self._root.mainloop()
            except BaseException:  # SystemExit in a Tcl command of the user's that was not made by tkinter
                report_exception()

    def wake(self) -> None:
        try:
            os.write(self._wake_write, b"\0")
        except BlockingIOError:  # full: it will wake up
            pass

    def quit(self) -> None:
        self._quitting = True
        self._root.tk.quit()
        self.wake()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        def again() -> None:
            self.later(seconds, again)
            function()

        self.later(seconds, again)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        self._root.after(max(1, round(seconds * 1000)), function)

    def process_events(self) -> None:
        self._root.update()

    def show_busy(self, busy: bool) -> None:
        if busy and not self._cursors:
            windows = [window for window in self._root.winfo_children() if isinstance(window, tkinter.Toplevel)]
            for widget in windows + [each for window in windows for each in window.winfo_children()]:
                self._cursors.append((widget, str(widget.cget("cursor"))))
                widget.configure(cursor="watch")  # type: ignore[call-arg]
        elif self._cursors and not busy:
            cursors, self._cursors = self._cursors, []
            for widget, cursor in cursors:
                if widget.winfo_exists():
                    widget.configure(cursor=cursor)

    def let_go_in_nested_loops(self, released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
        self._released = released  # a thread that has no window has no loop either

    def host_programs(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        assert self._released is not None
        Programs(self._root, on_gui, given_up, self._released, blocking=blocking)

    def is_native(self, value: object) -> bool:
        return isinstance(value, _NATIVE)

    def is_native_method(self, value: object) -> bool:
        return type(value) is MethodType and value.__func__.__module__ == "tkinter"

    # The widgets of matplotlib's backend.

    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        tk_figures.close_events_in_turn(in_turn)

    def export(self, canvas: type, toolbar: type | None) -> None:
        tk: Any = importlib.import_module("matplotlib.backends._backend_tk")
        tkagg: Any = importlib.import_module("matplotlib.backends.backend_tkagg")
        tkagg.FigureCanvasTkAgg = tkagg.FigureCanvas = canvas
        tk.NavigationToolbar2Tk = tkagg.NavigationToolbar2Tk = toolbar

    def repaint(self, canvas: Any) -> None:
        tk_figures.repaint(canvas)

    def keep_focus_away(self, manager: Any) -> None:
        manager.window.update_idletasks()  # or there is no such X window yet
        show_without_focus(manager.window.winfo_id())

    def geometry(self, manager: Any) -> Geometry | None:
        window = manager.window
        if not self.exists(manager.canvas) or window.state() != "normal":
            return None
        if window.attributes("-fullscreen") or (window.tk.call("tk", "windowingsystem") == "x11" and _zoomed(window)):
            return None
        # Not winfo_x(), which is where the frame is or what is in it, as the window manager happens to tell.
        width, height, x, y = map(int, re.findall(r"-?\d+", window.geometry().replace("+", " ")))
        return x, y, width, height

    def place(self, manager: Any, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        window.update_idletasks()
        width, height = size or (window.winfo_reqwidth(), window.winfo_reqheight())
        if size is not None:
            window.geometry(f"{width}x{height}")
        x, y = position[0] + width // 2, position[1] + height // 2
        if 0 <= x - window.winfo_vrootx() < window.winfo_vrootwidth() and 0 <= y < window.winfo_vrootheight():
            window.geometry("+{}+{}".format(*position))

    def exists(self, canvas: Any) -> bool:
        return exists(getattr(canvas, "_tkcanvas", canvas))

    def is_alive(self, canvas: Any) -> bool:
        return self.exists(canvas) and canvas._tkcanvas.winfo_width() > 0

    def destroy(self, manager: Any) -> None:
        if exists(manager.window):
            manager.window.destroy()

    def destroy_timer(self, timer: Any) -> None:
        self._root.after_cancel(timer)


def _zoomed(window: Any) -> bool:
    return bool(window.attributes("-zoomed"))

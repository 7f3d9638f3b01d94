"""Tk: what is different in matplotlib's canvas, figure manager and timer."""

from __future__ import annotations

import re
import tkinter
from collections.abc import Callable
from typing import Any, ClassVar

import matplotlib
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, TimerBase, ToolContainerBase
from matplotlib.backends import _backend_tk, backend_tkagg
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cbook import _get_data_path
from matplotlib.figure import Figure
from PIL import ImageTk

from gshell.gui.tk.event_loop import TkLoop
from gshell.gui.tk.root import Root, exists
from gshell.gui.x11_focus import show_without_focus
from gshell.plotting.kit import CanvasEvent, FigureKit, Frame, Geometry, Wrap
from gshell.plotting.patches import close_events_in_turn, patch


class TkCanvas(backend_tkagg.FigureCanvasTkAgg):
    """matplotlib's, but for its size at first, and what it shows."""

    _gshell_frame: Frame | None
    _timer_cls: type[TimerBase]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # How large a pixel is, matplotlib asks when the window appears, and gives it another size then.
        self._resize_figure_for_canvas_size = lambda width, height: None  # type: ignore[method-assign]  # no size yet
        _backend_tk.FigureCanvasTk._update_device_pixel_ratio(self)
        del self._resize_figure_for_canvas_size

    def draw(self) -> None:
        FigureCanvasAgg.draw(self)  # what FigureCanvasTkAgg does besides is to show it

    def new_timer(self, *args: Any, **kwargs: Any) -> TimerBase:
        return self._timer_cls(*args, **kwargs)

    def gshell_show(self) -> None:
        """Copy the frame into the canvas's picture, which Tk shows by itself whenever that is needed."""
        _backend_tk.blit(self._tkphoto, self._gshell_frame, (0, 1, 2, 3))


class TkManager(_backend_tk.FigureManagerTk):
    """matplotlib's, but for how a window is made, shown, resized and closed."""

    canvas: TkCanvas
    gshell_closed: Callable[[Callable[[], None]], None]

    @classmethod
    def create_with_canvas(cls, canvas_class: type[FigureCanvasBase], figure: Figure, num: int | str) -> TkManager:
        # matplotlib has a Tcl interpreter for every figure.  One that Python drops in another thread than its own ends
        # the process ("Tcl_AsyncDelete: async handler deleted by the wrong thread"), and a manager may be dropped
        # anywhere.  Besides, a window takes less memory and time.
        window = tkinter.Toplevel(Root.shell, class_="Matplotlib")
        window.withdraw()
        images = [_get_data_path("images", name) for name in ("matplotlib_large.png", "matplotlib.png")]
        icons: list[Any] = [ImageTk.PhotoImage(file=str(path), master=window) for path in images]
        window.iconphoto(False, *icons)
        with Root.shell.as_default():  # some of matplotlib's widgets don't say whose they are
            manager = cls(canvas_class(figure, master=window), num, window)  # type: ignore[call-arg]
        window.protocol("WM_DELETE_WINDOW", manager._gshell_delete)
        # The canvas has asked for the focus.  If that is in another window of this interpreter, Tk would move it when
        # the window appears.  The last one who asks gets it; this one never appears.  So the canvas gets it from its
        # window.
        Root.shell.focus_set()

        def pass_on(event: tkinter.Event[tkinter.Misc]) -> None:
            if event.widget is window:
                manager.canvas._tkcanvas.focus_set()

        window.bind("<FocusIn>", pass_on, "+")
        return manager

    def show(self) -> None:
        if matplotlib.rcParams["figure.raise_window"]:
            super().show()
            self.window.protocol("WM_DELETE_WINDOW", self._gshell_delete)
        elif not self._shown:
            self.window.deiconify()
            self._shown = True

    def _gshell_delete(self) -> None:
        """The user has asked to close the window."""
        self.gshell_closed(lambda: Gcf.destroy(self))
        if exists(self.window):
            self.window.withdraw()

    def resize(self, width: float, height: float) -> None:
        super().resize(width, height)
        # That tells what the canvas wants.  The window has a size of its own once the user has given it one, and never
        # becomes narrower than the toolbar was at first.
        self.window.update_idletasks()
        toolbar = self.window.winfo_reqheight() - self.canvas._tkcanvas.winfo_reqheight()
        self.window.geometry(f"{round(width)}x{round(height) + toolbar}")

    def destroy(self, *args: Any) -> None:
        # matplotlib does it later, when this is over; then figures that were closed together go one by one, and what
        # the event's callbacks do would not have its turn.
        if exists(self.window):
            self.window.unbind("<Destroy>")
            _backend_tk.CloseEvent("close_event", self.canvas)._process()  # type: ignore[attr-defined]  # in its turn
            self.window.destroy()


class TkTimer(TimerBase):
    """A timer for matplotlib, whose own belongs to a canvas, and complains on the terminal if that goes first."""

    _interval: int
    _single: bool
    _timer: str | None = None

    def _timer_start(self) -> None:
        self._timer_stop()
        self._timer = Root.shell.after(max(1, self._interval), self._on_timer)

    def _timer_stop(self) -> None:
        if self._timer is not None:
            Root.shell.after_cancel(self._timer)
            self._timer = None

    def _timer_set_interval(self) -> None:
        if self._timer is not None:
            self._timer_start()

    def _timer_set_single_shot(self) -> None:
        pass  # asked for when it fires

    def _on_timer(self) -> None:
        fired = self._timer
        super()._on_timer()  # type: ignore[misc]
        if self._timer is not None and self._timer == fired:  # its callbacks have neither stopped nor restarted it
            self._timer = None
            if not self._single:
                self._timer_start()


class TkKit(FigureKit[TkCanvas, TkManager, TkLoop]):
    """The figures of Tk."""

    canvas = TkCanvas
    manager = TkManager
    toolbar = _backend_tk.NavigationToolbar2Tk
    timer = TkTimer
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

    def __init__(self, loop: TkLoop) -> None:
        super().__init__(loop)
        self._cursors: list[tuple[tkinter.Misc, str]] = []  # of widgets, as they were before they were busy

    def export(self, canvas: type, toolbar: type | None) -> None:
        patch(backend_tkagg, FigureCanvasTkAgg=canvas, FigureCanvas=canvas, NavigationToolbar2Tk=toolbar)
        patch(_backend_tk, NavigationToolbar2Tk=toolbar)

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        close_events_in_turn(_backend_tk, in_turn)

    def repaint(self, canvas: TkCanvas) -> None:
        canvas.gshell_show()

    def show_busy(self, busy: bool) -> None:
        cursors, self._cursors = self._cursors, []
        for widget, cursor in cursors:
            if widget.winfo_exists():
                widget.configure(cursor=cursor)  # type: ignore[call-arg]
        if busy:
            windows = [window for window in Root.shell.winfo_children() if isinstance(window, tkinter.Toplevel)]
            for widget in windows + [each for window in windows for each in window.winfo_children()]:
                self._cursors.append((widget, str(widget.cget("cursor"))))
                widget.configure(cursor="watch")  # type: ignore[call-arg]

    def keep_focus_away(self, manager: TkManager) -> None:
        manager.window.update_idletasks()  # or there is no such X window yet
        show_without_focus(manager.window.winfo_id())

    def geometry(self, manager: TkManager) -> Geometry | None:
        window = manager.window
        if not self.exists(manager.canvas) or window.state() != "normal":
            return None
        is_x11 = window.tk.call("tk", "windowingsystem") == "x11"
        if window.attributes("-fullscreen") or (is_x11 and window.attributes("-zoomed")):
            return None
        # Not winfo_x(), which is where the frame is or what is in it, as the window manager happens to tell.
        width, height, x, y = map(int, re.findall(r"-?\d+", window.geometry().replace("+", " ")))
        return x, y, width, height

    def place(self, manager: TkManager, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        window.update_idletasks()
        width, height = size or (window.winfo_reqwidth(), window.winfo_reqheight())
        if size is not None:
            window.geometry(f"{width}x{height}")
        x, y = position[0] + width // 2, position[1] + height // 2
        if 0 <= x - window.winfo_vrootx() < window.winfo_vrootwidth() and 0 <= y < window.winfo_vrootheight():
            window.geometry("+{}+{}".format(*position))

    def exists(self, widget: TkCanvas | ToolContainerBase) -> bool:
        return exists(getattr(widget, "_tkcanvas", widget))

    def is_alive(self, canvas: TkCanvas) -> bool:
        return self.exists(canvas) and canvas._tkcanvas.winfo_width() > 0

    def destroy(self, manager: TkManager) -> None:
        if exists(manager.window):
            manager.window.destroy()

    def destroy_timer(self, timer: str) -> None:
        Root.shell.after_cancel(timer)

"""Tk: what is different in matplotlib's canvas, figure manager and timer."""

from __future__ import annotations

import importlib
import tkinter
from collections.abc import Callable
from typing import Any

from gshell.gui.tk.programs import Root, exists


def repaint(canvas: Any) -> None:
    """Copy the canvas's frame into its picture, which Tk shows by itself whenever that is needed."""
    backend: Any = importlib.import_module("matplotlib.backends._backend_tk")
    backend.blit(canvas._tkphoto, canvas._gshell_frame, (0, 1, 2, 3))


def close_events_in_turn(in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
    """Have a canvas in a window of the user's own report in its turn that it was destroyed.

    matplotlib sees that by a function inside FigureCanvasTk.__init__, so what that makes is replaced.
    """
    backend: Any = importlib.import_module("matplotlib.backends._backend_tk")
    stock: Any = backend.CloseEvent

    class CloseEvent(stock):  # type: ignore[misc]
        def _process(self) -> None:
            in_turn(super()._process)()

    backend.CloseEvent = CloseEvent


class Canvas:
    """What is different in matplotlib's canvas."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # How large a pixel is, matplotlib asks when the window appears, and gives it another size then.
        backend: Any = importlib.import_module("matplotlib.backends._backend_tk")
        self._resize_figure_for_canvas_size = lambda width, height: None  # it has no size yet
        backend.FigureCanvasTk._update_device_pixel_ratio(self)
        del self._resize_figure_for_canvas_size

    def draw(self) -> None:
        agg: Any = importlib.import_module("matplotlib.backends.backend_agg")
        agg.FigureCanvasAgg.draw(self)  # what FigureCanvasTkAgg does besides is to show it

    def new_timer(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self._timer_cls(*args, **kwargs)


class Manager:
    """What is different in matplotlib's figure manager."""

    @classmethod
    def create_with_canvas(cls: Any, canvas_class: Any, figure: Any, num: int) -> Any:
        # matplotlib has a Tcl interpreter for every figure.  One that Python drops in another thread than its own ends
        # the process ("Tcl_AsyncDelete: async handler deleted by the wrong thread"), and a manager may be dropped
        # anywhere.  Besides, a window takes less memory and time.
        backend: Any = importlib.import_module("matplotlib.backends._backend_tk")
        window = tkinter.Toplevel(Root.shell, class_="Matplotlib")
        window.withdraw()
        images = [backend.cbook._get_data_path("images", name) for name in ("matplotlib_large.png", "matplotlib.png")]
        window.iconphoto(False, *(backend.ImageTk.PhotoImage(file=str(path), master=window) for path in images))
        with Root.shell.as_default():  # some of matplotlib's widgets don't say whose they are
            manager = cls(canvas_class(figure, master=window), num, window)
        window.protocol("WM_DELETE_WINDOW", manager._gshell_delete)
        # The canvas has asked for the focus.  If that is in another window of this interpreter, Tk would move it when
        # the window appears.  The last one who asks gets it; this one never appears.  So the canvas gets it from its
        # window.
        Root.shell.focus_set()
        window.bind("<FocusIn>", lambda event: event.widget is window and manager.canvas._tkcanvas.focus_set(), "+")
        return manager

    def show(self: Any) -> None:
        import matplotlib

        if matplotlib.rcParams["figure.raise_window"]:
            super().show()  # type: ignore[misc]
            self.window.protocol("WM_DELETE_WINDOW", self._gshell_delete)
        elif not self._shown:
            self.window.deiconify()
            self._shown = True

    def _gshell_delete(self: Any) -> None:
        """The user has asked to close the window."""
        gcf: Any = importlib.import_module("matplotlib._pylab_helpers").Gcf
        self.gshell_closed(lambda: gcf.destroy(self))
        if exists(self.window):
            self.window.withdraw()

    def resize(self: Any, width: float, height: float) -> None:
        super().resize(width, height)  # type: ignore[misc]
        # That tells what the canvas wants.  The window has a size of its own once the user has given it one, and never
        # becomes narrower than the toolbar was at first.
        self.window.update_idletasks()
        toolbar = self.window.winfo_reqheight() - self.canvas._tkcanvas.winfo_reqheight()
        self.window.geometry(f"{round(width)}x{round(height) + toolbar}")

    def destroy(self: Any, *args: Any) -> None:
        # matplotlib does it later, when this is over; then figures that were closed together go one by one, and what
        # the event's callbacks do would not have its turn.
        backend: Any = importlib.import_module("matplotlib.backends._backend_tk")
        if exists(self.window):
            self.window.unbind("<Destroy>")
            backend.CloseEvent("close_event", self.canvas)._process()
            self.window.destroy()


class Timer:
    """A timer for matplotlib, whose own belongs to a canvas, and complains on the terminal if that goes first."""

    _timer: str | None = None

    def _timer_start(self: Any) -> None:
        self._timer_stop()
        self._timer = Root.shell.after(max(1, self._interval), self._on_timer)

    def _timer_stop(self) -> None:
        if self._timer is not None:
            Root.shell.after_cancel(self._timer)
            self._timer = None

    def _timer_set_interval(self: Any) -> None:
        if self._timer is not None:
            self._timer_start()

    def _timer_set_single_shot(self) -> None:
        pass  # asked for when it fires

    def _on_timer(self: Any) -> None:
        fired = self._timer
        super()._on_timer()  # type: ignore[misc]
        if self._timer is not None and self._timer == fired:  # its callbacks have neither stopped nor restarted it
            self._timer = None
            if not self._single:
                self._timer_start()

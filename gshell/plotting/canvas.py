"""The canvas: draws under the gate, shows its last finished frame, waits in the worker."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase

from gshell.plotting.backend_state import Context
from gshell.plotting.crossing import Live, changed, event_in_turn, in_turn, posted_to_widget, wait
from gshell.threads.protection import protected

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 30.0
"""Draws a second that a busy worker can cause."""


class LiveCanvas(Live):
    """What our canvases have in common, whatever the toolkit; to tell them from others."""

    def gshell_draw_now(self) -> None:
        """Carry out a draw that draw_idle() asked for without further delay.  From any thread."""
        raise NotImplementedError


def make_canvas(base: Any, manager: type, timer: type, context: Context) -> type:
    """Return a subclass of `base`, a toolkit's canvas class of matplotlib's, with our manager and timer classes."""
    gui, toolkit, gate = context.gui, context.toolkit, context.gate

    base = changed(base, toolkit.canvas_changes)

    class FigureCanvas(LiveCanvas, base):  # type: ignore[misc]
        manager_class = manager
        _timer_cls = timer
        _gshell_context = context

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            gui.assert_widget_thread(type(self).__name__)
            self._gshell_frame: NDArray[np.uint8] | None = None
            self._gshell_wanted = False  # draw_idle() was called, and no draw has begun since
            self._gshell_stop: queue.SimpleQueue[None] | None = None
            self._gshell_drawn_in: set[int] = set()  # threads
            super().__init__(*args, **kwargs)
            self._gshell_asked = self.figure.get_size_inches()  # the size that the user's code wants
            context.live_figures.add(self.figure)

        def _gshell_keep_size(self) -> None:
            """The widget has a new size.  If that is what was asked for in whole pixels, have it exactly.

            A figure of 370.8 pixels has a widget of 370, and would be one of 370 pixels from then on.
            """
            if not self._gshell_resized:
                self.figure.set_size_inches(self._gshell_asked, forward=False)

        @property
        def _gshell_resized(self) -> bool:
            """Whether the user has changed the size of the window.

            By two pixels at least: what was asked for is rounded down, on a screen with fractional scaling twice.
            """
            scale = self.figure.dpi / self.device_pixel_ratio
            sizes = zip(self.get_width_height(), self._gshell_asked, strict=True)
            return any(abs(pixels - inches * scale) >= 2 for pixels, inches in sizes)

        # Drawing.

        @property
        def _is_idle_drawing(self) -> bool:
            """Whether a draw is being carried out, so that artists that mark themselves stale ask for no other.

            In the calling thread: what the worker changes while it overtakes a draw (gate.py) does ask for one.
            """
            return threading.get_ident() in self._gshell_drawn_in

        @_is_idle_drawing.setter
        def _is_idle_drawing(self, drawing: bool) -> None:
            (self._gshell_drawn_in.add if drawing else self._gshell_drawn_in.discard)(threading.get_ident())

        def draw(self) -> None:
            gui.assert_plotting_thread("draw")
            if gui.is_here() and not gate.entered:  # in a program of the user's, with canvases in windows of its own
                self._gshell_wanted = True
                context.turns.draw(self, self._gshell_draw)
                return
            self._gshell_wanted = False
            with self._idle_draw_cntx():  # artists that mark themselves stale while they are drawn ask for no draw
                super().draw()
            self._gshell_take_frame()
            self._gshell_show()

        def _gshell_take_frame(self) -> None:
            self._gshell_frame = np.array(self.buffer_rgba())

        def blit(self, bbox: Any = None) -> None:
            gui.assert_plotting_thread("blit")
            # All of it: matplotlib would have the box rounded down repainted.
            self._gshell_take_frame()
            self._gshell_show()

        def _gshell_show(self) -> None:
            """Have the window show the frame."""
            if gui.is_here():
                if toolkit.is_alive(self):
                    toolkit.repaint(self)
            else:
                gui.post(self._gshell_show)

        def draw_idle(self, *args: Any, **kwargs: Any) -> None:
            if not self._gshell_wanted:
                gui.assert_plotting_thread("draw_idle")
                self._gshell_wanted = True
                # A plot is followed by its labels: give the worker the time to finish the figure.
                wait = 0.0 if gui.is_here() or gate.at_rest else 1 / RATE
                gui.post(lambda: self._gshell_ask(wait))

        def _gshell_ask(self, wait: float) -> None:
            if self._gshell_wanted:
                context.turns.draw(self, self._gshell_draw, wait)

        def _gshell_draw(self) -> None:
            """What is done when the draw has its turn."""
            if not toolkit.is_alive(self):
                self._gshell_wanted = False  # it has no size yet, or none any more: it asks again when it gets one
            elif self._gshell_wanted:
                with context.parameters.for_draw():
                    self.draw()
                if gate.overtaken:  # what the worker has changed meanwhile may not be in it
                    with self._idle_draw_cntx():
                        self.figure.stale = True  # for the end of the command: each draw now might be overtaken

        def gshell_draw_now(self) -> None:
            if self._gshell_wanted:
                gui.post(self._gshell_draw_at_once)

        def _gshell_draw_at_once(self) -> None:
            self._gshell_ask(0.0)  # draw_idle() may have been broken off before it did
            context.turns.draw_now(self)

        def print_figure(self, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().print_figure(*args, **kwargs)
            finally:
                if self._gshell_frame is not None:
                    self.draw_idle()  # the renderer now is that of the file, with its resolution

        def flush_events(self) -> None:
            if gui.is_here():
                with gui.aside():
                    super().flush_events()
            else:
                gui.call(self._gshell_catch_up)

        def _gshell_catch_up(self) -> None:
            """Handle the events that wait, draw and paint, while the worker waits for that."""
            toolkit.process_events()
            self._gshell_draw_at_once()
            toolkit.process_events()

        # Waiting.

        @protected
        def start_event_loop(self, timeout: float = 0) -> None:
            gui.assert_plotting_thread("start_event_loop")
            if gui.is_here():  # in a callback: wait in the windows' own event loop
                with gui.aside():
                    FigureCanvasBase.start_event_loop(self, timeout)
                return
            if self._gshell_stop is not None:
                raise RuntimeError("Event loop already running")
            self._gshell_stop = queue.SimpleQueue()
            end = time.monotonic() + timeout
            try:
                gui.call(self._gshell_draw_at_once)
                with gate.waiting():
                    wait(self._gshell_stop, max(0.0, end - time.monotonic()) if timeout > 0 else None)
            finally:
                self._gshell_stop = None

        def gshell_end_wait(self) -> None:
            """The window goes: who waits for its events waits no more.  From any thread."""
            if self._gshell_stop is not None:
                self._gshell_stop.put(None)

        def stop_event_loop(self, event: Any = None) -> None:
            stop = self._gshell_stop
            if stop is not None:
                stop.put(None)
            else:
                FigureCanvasBase.stop_event_loop(self)

    for name, event in toolkit.canvas_events.items():
        stock = getattr(base, name)
        handler = _keeping_size(stock) if event.is_resize else stock
        setattr(FigureCanvas, name, event_in_turn(handler, name, event, context))
    for name in toolkit.canvas_reactions:
        setattr(FigureCanvas, name, in_turn(base, name, context))
    for name in toolkit.canvas_posts:
        setattr(FigureCanvas, name, posted_to_widget(base, name, context))
    return FigureCanvas


def _keeping_size(stock: Callable[..., object]) -> Callable[..., object]:
    """The canvas method that handles the toolkit's resize event."""

    def resize(self: Any, *args: Any) -> None:
        stock(self, *args)
        self._gshell_keep_size()

    return resize

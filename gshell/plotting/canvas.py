"""The canvas: draws under the gate, shows its last finished frame, waits in the worker.

The journey of a draw, and where each step is:

    request  `draw_idle()`, from any thread; posted to the GUI thread, where `_gshell_request()` has it wait
    turn     turns.py: when the worker stands still outside matplotlib; `gshell_hurry()` has it wait no longer
    draw     `_gshell_have_turn()`, and in it matplotlib's `draw()`, which renders the figure
    frame    `_gshell_take_frame()`: a copy of what was rendered
    paint    `_gshell_paint()`: the kit has the toolkit ask for a picture of the window, and that is the frame

`draw()` in the worker is a draw without a turn, because nobody else draws while the worker is in matplotlib.
"""

from __future__ import annotations

import time
from _queue import SimpleQueue
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, TimerBase
from numpy.typing import NDArray

from gshell.native_threads import get_ident
from gshell.plotting.backend_state import BackendState
from gshell.plotting.crossing import Live, Method, event_in_turn, in_turn, made, posted, wait
from gshell.plotting.kit import FigureKit
from gshell.threads.protection import protected

RATE = 30.0
"""Draws a second that a busy worker can cause."""


class LiveCanvas(Live, FigureCanvasBase):
    """What our canvases have in common, whatever the toolkit.  matplotlib calls its methods in any thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """On the GUI thread."""
        state = self._gshell_state
        state.gui.assert_widget_thread(type(self).__name__)
        self._gshell_frame: NDArray[np.uint8] | None = None
        self._gshell_wanted = False  # draw_idle() was called, and no draw has begun since
        self._gshell_stop: SimpleQueue[None] | None = None
        self._gshell_drawn_in: set[int] = set()  # threads
        super().__init__(*args, **kwargs)
        self._gshell_asked = self.figure.get_size_inches()  # the size that the user's code wants
        state.live_figures.add(self.figure)
        state.new_canvases.add(self)

    # The size.

    def gshell_ask_size(self) -> None:
        """The figure's size is what the user's code wants now.  From any thread."""
        self._gshell_asked = self.figure.get_size_inches()

    def gshell_keep_size(self) -> None:
        """The widget has a new size.  If that is what was asked for in whole pixels, have it exactly.

        A figure of 370.8 pixels has a widget of 370, and would be one of 370 pixels from then on.
        """
        if not self.gshell_resized:
            width, height = self._gshell_asked
            self.figure.set_size_inches(width, height, forward=False)

    @property
    def gshell_resized(self) -> bool:
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
        return get_ident() in self._gshell_drawn_in

    @_is_idle_drawing.setter
    def _is_idle_drawing(self, drawing: bool) -> None:
        (self._gshell_drawn_in.add if drawing else self._gshell_drawn_in.discard)(get_ident())

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:
        state = self._gshell_state
        state.threads.assert_may_plot("draw_idle")  # also while a draw is wanted already: it is refused, or not
        if not self._gshell_wanted:
            self._gshell_wanted = True
            # A plot is followed by its labels: give the worker the time to finish the figure.
            wait = 0.0 if state.gui.is_here() or state.gate.at_rest else 1 / RATE
            state.gui.post(lambda: self._gshell_request(wait))

    def mpl_connect(self, s: Any, func: Callable[..., object]) -> int:
        """The same as matplotlib's; who waits for the first draw gets another, as that may have passed.

        In plain matplotlib nothing is drawn before the command's end, so the first draw comes after
        `FuncAnimation(plt.figure(), f)`, which begins with it.  An animation of an older figure begins at once, too.
        """
        number: int = super().mpl_connect(s, func)
        state = self._gshell_state
        waits = self in state.new_canvases or getattr(func, "__module__", "") == "matplotlib.animation"
        # Not for what a draw itself connects: some do so with every draw.
        if s == "draw_event" and waits and not self._is_idle_drawing and state.threads.may_plot():
            self.draw_idle()
        return number

    def _gshell_request(self, wait: float) -> None:
        """Have a draw that is wanted wait for its turn, and `wait` seconds at least.  On the GUI thread."""
        if self._gshell_wanted:
            self._gshell_state.turns.request_draw(self, self._gshell_have_turn, wait)

    def gshell_hurry(self) -> None:
        """Have a draw that is wanted be done now, if possible.  On the GUI thread."""
        self._gshell_request(0.0)  # draw_idle() may have been broken off before it did
        self._gshell_state.turns.hurry(self)

    def gshell_hurry_soon(self) -> None:
        """The same from any thread, without waiting for it."""
        if self._gshell_wanted:
            self._gshell_state.gui.post(self.gshell_hurry)

    def _gshell_have_turn(self) -> None:
        """The draw has its turn.  On the GUI thread, under the gate."""
        state = self._gshell_state
        state.gui.assert_here()
        if not state.kit.is_alive(self):
            self._gshell_wanted = False  # it has no size yet, or none any more: it asks again when it gets one
        elif self._gshell_wanted:
            with state.parameters.for_draw():
                self.draw()
            if state.gate.overtaken:  # what the worker has changed meanwhile may not be in it
                with self._idle_draw_cntx():
                    self.figure.stale = True  # for the end of the command: each draw now might be overtaken

    def draw(self, *args: Any, **kwargs: Any) -> None:
        state = self._gshell_state
        state.threads.assert_may_plot("draw")
        if state.gui.is_here() and not state.gate.entered:  # in a program of the user's, with windows of its own
            self._gshell_wanted = True
            self._gshell_request(0.0)
            return
        self._gshell_wanted = False
        # Artists that mark themselves stale while they are drawn ask for no draw.
        with self._idle_draw_cntx():
            super().draw()
        self._gshell_take_frame()
        self._gshell_paint()

    def blit(self, bbox: Any = None) -> None:
        self._gshell_state.threads.assert_may_plot("blit")
        # All of it: matplotlib would have the box rounded down repainted.
        self._gshell_take_frame()
        self._gshell_paint()

    def _gshell_take_frame(self) -> None:
        self._gshell_frame = np.array(self.buffer_rgba())

    def _gshell_paint(self) -> None:
        """Have the window show the frame.  From any thread."""
        state = self._gshell_state
        if not state.gui.is_here():
            state.gui.post(self._gshell_paint)
        elif state.kit.is_alive(self):
            state.kit.repaint(self)

    def print_figure(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().print_figure(*args, **kwargs)
        finally:
            if self._gshell_frame is not None:
                self.draw_idle()  # the renderer now is that of the file, with its resolution

    # Waiting.

    def flush_events(self) -> None:
        gui = self._gshell_state.gui
        if gui.is_here():
            with gui.aside():
                super().flush_events()
        else:
            gui.call(self._gshell_catch_up)

    def _gshell_catch_up(self) -> None:
        """Handle the events that wait, draw and paint, while the worker waits for that.  On the GUI thread."""
        loop = self._gshell_state.loop
        loop.process_events()
        self.gshell_hurry()
        loop.process_events()

    @protected
    def start_event_loop(self, timeout: float = 0) -> None:
        state = self._gshell_state
        state.threads.assert_may_plot("start_event_loop")
        if state.gui.is_here():  # in a callback: wait in the windows' own event loop
            with state.gui.aside():
                FigureCanvasBase.start_event_loop(self, timeout)
            return
        if self._gshell_stop is not None:
            raise RuntimeError("Event loop already running")
        self._gshell_stop = SimpleQueue()
        end = time.monotonic() + timeout
        try:
            state.gui.call(self.gshell_hurry)
            with state.gate.waiting():
                wait(self._gshell_stop, max(0.0, end - time.monotonic()) if timeout > 0 else None)
        finally:
            self._gshell_stop = None

    def gshell_end_wait(self) -> None:
        """The window goes: who waits for its events waits no more.  From any thread."""
        if self._gshell_stop is not None:
            self._gshell_stop.put(None)

    def stop_event_loop(self, event: object = None) -> None:
        stop = self._gshell_stop
        if stop is not None:
            stop.put(None)
        else:
            FigureCanvasBase.stop_event_loop(self)


def make_canvas(
    kit: FigureKit[Any, Any, Any], manager: type[FigureManagerBase], timer: type[TimerBase], state: BackendState
) -> type[LiveCanvas]:
    """Return a subclass of the kit's canvas class, with our manager and timer classes."""
    methods: dict[str, Method] = {}
    for name, event in kit.canvas_events.items():
        stock = getattr(kit.canvas, name)
        methods[name] = event_in_turn(_keeping_size(stock) if event.is_resize else stock, name, event, state)
    for name in kit.canvas_reactions:
        methods[name] = in_turn(getattr(kit.canvas, name), state)
    for name in kit.canvas_posts:
        methods[name] = posted(getattr(kit.canvas, name), state, kit.is_alive)
    return made(
        "FigureCanvas",
        LiveCanvas,
        kit.canvas,
        manager_class=manager,
        _timer_cls=timer,
        _gshell_state=state,
        **methods,
    )


def _keeping_size(stock: Method) -> Method:
    """The canvas method that handles the toolkit's resize event."""

    def resize(self: LiveCanvas, *args: object) -> None:
        stock(self, *args)
        self.gshell_keep_size()

    return resize

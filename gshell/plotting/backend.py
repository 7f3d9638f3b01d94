"""Thread-safe versions of matplotlib's own GUI backends, made by one generic piece.

pyplot runs in the worker, the widgets live on the GUI thread.  What crosses, and how:

- Made, shown, titled, resized, destroyed: `GuiThread.call`, in which the worker waits.  pyplot builds the canvas
  and the window through `FigureManager.create_with_canvas`, and all of that is carried over in one piece.
- Drawn: `draw_idle` from any thread posts one request, which is carried out on the GUI thread, under the gate, not
  oftener than RATE times a second.  `draw` in the worker renders there and then (that is what the caller wants), in
  matplotlib's code, where the gate keeps the GUI thread out.
- Shown: a paint event only ever copies the last finished frame.  The renderer may be half through a draw of the
  worker's, or belong to a savefig with another resolution.
- Mouse, keys, resizes, toolbar buttons, timers: wait for their turn (turns.py).
- Waiting (`pause`, `show(block=True)`, `ginput`): the worker waits on a queue, not in an event loop; the windows
  have theirs on the GUI thread already.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from gshell.gui.thread import GuiThread
from gshell.gui.toolkit import Toolkit
from gshell.plotting.turns import Turns
from gshell.threads.gate import Gate
from gshell.threads.interrupt import interruptible, protected

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 30.0
"""Draws a second that a busy worker can cause."""

# Methods of a figure manager that act on its window, and of a canvas on its widget.
_MANAGER_CALLS = ("show", "resize", "full_screen_toggle", "set_window_title", "get_window_title")
# The toolbar's buttons.
_BUTTONS = ("home", "back", "forward", "pan", "zoom", "configure_subplots", "save_figure", "edit_parameters")
# What matplotlib has the toolbar show, also when the worker adds axes.
_TOOLBAR_SHOWS = ("set_history_buttons", "set_message", "draw_rubberband", "remove_rubberband")


class Context:
    """What the classes below share; one in a process."""

    def __init__(self, gui: GuiThread, toolkit: Toolkit, gate: Gate, blocking_show: Callable[[], bool]) -> None:
        self.gui = gui
        self.toolkit = toolkit
        self.gate = gate
        self.turns = Turns(gui, toolkit, gate)
        self.blocking_show = blocking_show
        """Whether show() blocks if the user does not say (and interactive mode is off)."""
        self.closed: queue.SimpleQueue[None] = queue.SimpleQueue()
        """Receives something whenever a figure is closed."""


def make_backend(stock: ModuleType, context: Context) -> ModuleType:
    """Return a backend module for pyplot like `stock`, one of matplotlib's, that is safe to use from the worker."""
    context.toolkit.dialogs_in_turn(lambda function: lambda *args: context.turns.add(lambda: function(*args)))
    module = ModuleType(f"{stock.__name__} (gshell)", stock.__doc__)
    toolbar = _make_toolbar(stock.FigureManager._toolbar2_class, context)
    timer = _make_timer(stock.FigureCanvas._timer_cls, context)
    manager = _make_manager(stock.FigureManager, toolbar, context)
    module.FigureManager = manager  # type: ignore[attr-defined]
    module.FigureCanvas = _make_canvas(stock.FigureCanvas, manager, timer, context)  # type: ignore[attr-defined]
    module.backend_version = stock.backend_version  # type: ignore[attr-defined]
    return module


def flush(context: Context) -> None:
    """Draw at once what is waiting to be drawn: a command has ended.  From any thread."""
    for manager in Gcf.get_all_fig_managers():
        if isinstance(manager.canvas, _LiveCanvas):
            manager.canvas.gshell_draw_now()


class _LiveCanvas:
    """What our canvases have in common, whatever the toolkit; to tell them from others."""

    def gshell_draw_now(self) -> None:
        """Carry out a draw that draw_idle() asked for without further delay.  From any thread."""
        raise NotImplementedError


def _make_canvas(base: Any, manager: type, timer: type, context: Context) -> type:
    gui, toolkit, gate = context.gui, context.toolkit, context.gate

    class FigureCanvas(_LiveCanvas, base):  # type: ignore[misc]
        manager_class = manager
        _timer_cls = timer

        def __init__(self, figure: Any = None) -> None:
            gui.assert_here()
            self._gshell_frame: NDArray[np.uint8] | None = None
            self._gshell_wanted = False  # draw_idle() was called, and no draw has begun since
            self._gshell_scheduled = False  # a timer for the draw runs
            self._gshell_not_before = 0.0
            self._gshell_stop: queue.SimpleQueue[None] | None = None
            super().__init__(figure)

        # Drawing.

        def draw(self) -> None:
            self._gshell_wanted = False
            super().draw()
            self._gshell_take_frame()
            self.update()

        def _gshell_take_frame(self) -> None:
            self._gshell_frame = np.array(self.buffer_rgba())

        def blit(self, bbox: Any = None) -> None:
            self._gshell_take_frame()
            if gui.is_here():
                super().blit(bbox)
            else:
                self.update()

        def draw_idle(self, *args: Any, **kwargs: Any) -> None:
            if not self._gshell_wanted and not self._is_drawing:
                self._gshell_wanted = True
                # A plot is followed by its labels: give the worker the time to finish the figure.
                wait = 0.0 if gui.is_here() or gate.at_rest else 1 / RATE
                gui.post(lambda: self._gshell_schedule(wait))

        def _gshell_schedule(self, wait: float) -> None:
            if self._gshell_scheduled or not self._gshell_wanted:
                return
            delay = max(wait, self._gshell_not_before - time.monotonic())
            if delay <= 0:
                self._gshell_draw()
            else:
                self._gshell_scheduled = True
                toolkit.later(delay, self._gshell_draw)

        def _gshell_draw(self) -> None:
            """Draw under the gate, or come back."""
            self._gshell_scheduled = False
            if not self._gshell_wanted or not toolkit.is_alive(self):
                return
            if not gate.enter():
                self._gshell_scheduled = True
                toolkit.later(0.002, self._gshell_draw)
                return
            start = time.monotonic()
            try:
                # Artists that mark themselves stale while they are drawn ask for no further draw.
                with self._idle_draw_cntx():
                    self.draw()
            finally:
                if gate.parked:
                    # The worker stood still meanwhile: it gets as much time before the next draw.
                    now = time.monotonic()
                    self._gshell_not_before = now + (now - start)
                gate.leave()

        def gshell_draw_now(self) -> None:
            if self._gshell_wanted:
                gui.post(self._gshell_draw)

        def print_figure(self, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().print_figure(*args, **kwargs)
            finally:
                if self._gshell_frame is not None:
                    self.draw_idle()  # the renderer now is that of the file, with its resolution

        def paintEvent(self, event: Any) -> None:
            toolkit.paint(self, self._gshell_frame, event)

        # Widget calls that matplotlib makes from wherever it runs.

        def update(self, *args: Any) -> None:
            if gui.is_here():
                if toolkit.is_alive(self):
                    super().update(*args)
            else:
                gui.post(self.update)

        def set_cursor(self, cursor: Any) -> None:
            if gui.is_here():
                if toolkit.is_alive(self):
                    super().set_cursor(cursor)
            else:
                gui.post(lambda: self.set_cursor(cursor))

        def flush_events(self) -> None:
            if gui.is_here():
                with gate.released():
                    super().flush_events()
            else:
                gui.call(self._gshell_catch_up)

        def _gshell_catch_up(self) -> None:
            """Draw what waits and handle the events that wait, while the worker waits for that."""
            self._gshell_draw()
            toolkit.process_events()

        # Waiting.

        @protected
        def start_event_loop(self, timeout: float = 0) -> None:
            if gui.is_here():  # in a callback: wait in the windows' own event loop
                with gate.released():
                    FigureCanvasBase.start_event_loop(self, timeout)
                return
            if self._gshell_stop is not None:
                raise RuntimeError("Event loop already running")
            self._gshell_stop = queue.SimpleQueue()
            end = time.monotonic() + timeout
            try:
                gui.call(self._gshell_draw)
                with gate.waiting():
                    _wait(self._gshell_stop, max(0.0, end - time.monotonic()) if timeout > 0 else None)
            finally:
                self._gshell_stop = None

        def stop_event_loop(self, event: Any = None) -> None:
            stop = self._gshell_stop
            if stop is not None:
                stop.put(None)
            else:
                FigureCanvasBase.stop_event_loop(self)

    for name, copy in toolkit.canvas_events.items():
        setattr(FigureCanvas, name, _event_in_turn(base, name, copy, context))
    for name in toolkit.canvas_reactions:
        setattr(FigureCanvas, name, _in_turn(base, name, context))
    return FigureCanvas


def _event_in_turn(base: Any, name: str, copy: Callable[[Any], Any], context: Context) -> Any:
    """A canvas method that keeps the toolkit's event until its turn comes."""
    stock = getattr(base, name)
    toolkit, turns = context.toolkit, context.turns

    def handler(self: Any, event: Any) -> None:
        kept = copy(event)
        key = (name, id(self)) if name == toolkit.motion_event else None
        turns.add(lambda: toolkit.is_alive(self) and stock(self, kept), key)

    return handler


@interruptible
def _wait(tokens: queue.SimpleQueue[None], timeout: float | None) -> None:
    """Wait for a token, or `timeout` seconds.  In the worker, which Ctrl-C breaks."""
    try:
        tokens.get(timeout=timeout)
    except queue.Empty:
        pass


def _make_manager(base: Any, toolbar: type | None, context: Context) -> type:
    gui, gate = context.gui, context.gate

    class FigureManager(base):  # type: ignore[misc]
        _toolbar2_class = toolbar

        @classmethod
        def create_with_canvas(cls, canvas_class: Any, figure: Any, num: int) -> Any:
            if gui.gone:
                return FigureManagerBase(FigureCanvasAgg(figure), num)
            return gui.call(lambda: cls(canvas_class(figure), num))

        @classmethod
        @protected
        def pyplot_show(cls, *, block: bool | None = None) -> None:
            managers = Gcf.get_all_fig_managers()
            for manager in managers:
                manager.show()
                manager.canvas.draw_idle()
            if block is None:
                block = context.blocking_show() and not matplotlib.is_interactive()
            if not block or not managers or gui.is_here():
                return
            with gate.waiting():
                while Gcf.figs:
                    _wait(context.closed, 0.2)  # Gcf.destroy_all() empties `figs` after the last of them is closed

        def _widgetclosed(self) -> None:
            # The window goes at once; what the figure's own callbacks do about it waits for its turn.
            context.turns.add(super()._widgetclosed)

        def destroy(self, *args: Any) -> None:
            def carried_out() -> None:
                super(FigureManager, self).destroy(*args)
                # matplotlib leaves that out when the window was closed by the user; but a figure that is kept has
                # to find a canvas that exists, to be saved.
                FigureManagerBase.destroy(self)
                context.toolkit.destroy(self)

            gui.call(carried_out)
            context.closed.put(None)

    for name in _MANAGER_CALLS:
        setattr(FigureManager, name, _carried(base, name, gui))
    return FigureManager


def _carried(base: Any, name: str, gui: GuiThread) -> Any:
    """A method that is run on the GUI thread, whoever calls it."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return gui.call(lambda: stock(self, *args, **kwargs))

    return method


def _make_toolbar(base: Any, context: Context) -> type | None:
    if base is None:
        return None
    toolbar = type("NavigationToolbar", (base,), {})
    for name in _BUTTONS:
        if hasattr(base, name):
            setattr(toolbar, name, _in_turn(base, name, context))
    for name in _TOOLBAR_SHOWS:
        setattr(toolbar, name, _posted(base, name, context))
    return toolbar


def _posted(base: Any, name: str, context: Context) -> Any:
    """A method whose effect on the widgets happens on the GUI thread, a little later if need be."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any) -> None:
        if context.gui.is_here():
            stock(self, *args)
        else:
            context.gui.post(lambda: context.toolkit.is_alive(self.canvas) and stock(self, *args))

    return method


def _in_turn(base: Any, name: str, context: Context) -> Any:
    """A method that waits for its turn when the toolkit calls it, and is carried over when the worker does."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any) -> Any:
        if not context.gui.is_here():
            return context.gui.call(lambda: stock(self, *args))
        return context.turns.add(lambda: stock(self, *args))

    return method


def _make_timer(base: Any, context: Context) -> type:
    gui = context.gui

    class Timer(base):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            gui.call(lambda: super(Timer, self).__init__(*args, **kwargs))

        def __del__(self) -> None:
            # In a list, out of which the GUI thread takes it: the last reference has to go there.
            timer = [self.__dict__.pop("_timer", None)]
            if timer[0] is not None:
                gui.post(lambda: context.toolkit.destroy_timer(timer.pop()))

        def _on_timer(self) -> None:
            context.turns.add(super()._on_timer, id(self))

        def _timer_start(self) -> None:
            gui.call(super()._timer_start)

        def _timer_stop(self) -> None:
            gui.call(super()._timer_stop)

        def _timer_set_interval(self) -> None:
            gui.call(super()._timer_set_interval)

        def _timer_set_single_shot(self) -> None:
            gui.call(super()._timer_set_single_shot)

    return Timer

"""A toolkit with no window system: an asyncio loop on the OS main thread, and figures that are sent to a browser.

matplotlib has the classes (webagg), and what the browser would be is a list here.  main() runs a session's
worth of threads with it; test_browser.py looks at what it prints.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import CloseEvent, ToolContainerBase
from matplotlib.backends import backend_webagg_core as webagg
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gshell.gui.choose import Toolkit, named
from gshell.gui.event_loop import EventLoop, Host
from gshell.gui.thread import GuiThread
from gshell.plotting.backend import flush, make_backend
from gshell.plotting.backend_state import BackendState
from gshell.plotting.canvas import LiveCanvas
from gshell.plotting.kit import CanvasEvent, FigureKit, Frame
from gshell.plotting.rc_context import OutermostParameters
from gshell.threads.gate import Gate


class BrowserLoop(EventLoop):
    """asyncio's.  It has no dialogs, no programs and no widgets."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._loop = asyncio.new_event_loop()

    def run(self) -> None:
        self._loop.run_forever()

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._host.drain)

    def quit(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        def again() -> None:
            self.later(seconds, again)
            function()

        self.later(seconds, again)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        self._loop.call_later(seconds, function)

    def process_events(self) -> None:
        """There is no second loop inside asyncio's: what waits is handled when the caller has returned."""

    def is_native(self, value: object) -> bool:
        return False

    def is_native_method(self, value: object) -> bool:
        return False


class BrowserCanvas(webagg.FigureCanvasWebAggCore):
    _gshell_frame: Frame | None
    gone = False

    def draw(self) -> None:
        FigureCanvasAgg.draw(self)  # type: ignore[no-untyped-call]  # what webagg does besides is to show it


class BrowserManager(webagg.FigureManagerWebAgg):
    canvas: BrowserCanvas
    gshell_closed: Callable[[Callable[[], None]], None]

    def handle_closed(self) -> None:
        """The user has closed the page."""
        self.gshell_closed(lambda: Gcf.destroy(self))

    def destroy(self, *args: object) -> None:
        CloseEvent("close_event", self.canvas)._process()  # type: ignore[attr-defined]


class BrowserKit(FigureKit[BrowserCanvas, BrowserManager, BrowserLoop]):
    canvas = BrowserCanvas
    manager = BrowserManager
    toolbar = webagg.NavigationToolbar2WebAgg
    timer = webagg.TimerAsyncio
    canvas_events: ClassVar[Mapping[str, CanvasEvent]] = {
        "handle_button_press": CanvasEvent(),
        "handle_motion_notify": CanvasEvent(is_motion=True),
        "handle_key_press": CanvasEvent(),
        "handle_resize": CanvasEvent(is_resize=True),
    }
    canvas_reactions = ("handle_set_device_pixel_ratio",)
    canvas_posts = ("set_cursor",)

    def __init__(self, loop: BrowserLoop) -> None:
        super().__init__(loop)
        self.sent: list[Frame | None] = []
        self.busy: list[bool] = []

    def export(self, canvas: type, toolbar: type | None) -> None:
        pass  # a program has no windows with figures in them

    def repaint(self, canvas: BrowserCanvas) -> None:
        self.sent.append(canvas._gshell_frame)

    def show_busy(self, busy: bool) -> None:
        self.busy.append(busy)

    def exists(self, widget: BrowserCanvas | ToolContainerBase) -> bool:
        return not getattr(widget, "gone", False)

    def is_alive(self, canvas: BrowserCanvas) -> bool:
        return self.exists(canvas)

    def destroy(self, manager: BrowserManager) -> None:
        manager.canvas.gone = True

    def destroy_timer(self, timer: asyncio.Task[None]) -> None:
        timer.cancel()


BROWSER = Toolkit(
    name="browser",
    event_loop="tests.browser:BrowserLoop",
    figure_kit="tests.browser:BrowserKit",
    backends="webagg",
    needs_display=False,
)
"""A row of choose.TOOLKITS."""


class Interruptions:
    """Nobody presses Ctrl-C."""

    role = False
    busy = False
    pending = False

    def keep(self) -> None:
        raise AssertionError("nothing was interrupted")


def session(gui: GuiThread, gate: Gate, gui_thread: int) -> None:
    """What a user would do, in the worker."""
    gate.adopt(can_park=False)
    loop = gui.start_toolkit()
    assert loop is not None
    kit = named(BROWSER.figure_kit)(loop)
    state = BackendState(gui, loop, kit, gate, OutermostParameters(gate), lambda: False)
    stock = ModuleType("webagg")
    stock.backend_version = "1"  # type: ignore[attr-defined]
    backend: Any = make_backend(stock, state)
    manager = backend.FigureManager.create_with_canvas(backend.FigureCanvas, Figure(), 1)
    Gcf.set_active(manager)
    canvas = manager.canvas
    print("canvas:", isinstance(canvas, LiveCanvas), isinstance(canvas, BrowserCanvas))

    # A draw goes all its way.
    (line,) = canvas.figure.subplots().plot([1, 2, 3])
    canvas.draw_idle()
    canvas.flush_events()
    print("frame:", len(kit.sent), kit.sent[-1] is canvas._gshell_frame)
    before = canvas._gshell_frame
    line.set_linewidth(20)
    canvas.draw_idle()
    flush(state)
    with gate.waiting():
        wait_until(lambda: len(kit.sent) >= 2)
    print("another frame:", not np.array_equal(canvas._gshell_frame, before))

    # The user presses a key and the mouse, and makes the figure larger; the browser knows nothing of threads.
    events: list[str] = []
    where: set[int] = set()

    def on_event(event: Any) -> None:
        events.append(event.name)
        where.add(threading.get_native_id())

    for name in ("button_press_event", "key_press_event", "resize_event", "close_event"):
        canvas.mpl_connect(name, on_event)
    mouse = {"x": 100, "y": 100, "button": 0, "buttons": 1, "modifiers": []}
    gui.post(lambda: canvas.handle_event({"type": "button_press", **mouse}))
    gui.post(lambda: canvas.handle_event({"type": "key_press", "key": "kx"}))
    gui.post(lambda: canvas.handle_event({"type": "resize", "width": 700, "height": 500}))
    with gate.waiting():
        wait_until(lambda: "resize_event" in events and len(kit.sent) >= 3)
    print("events:", *events)
    print("on the GUI thread:", where == {gui_thread})
    print("size:", canvas.get_width_height(), "place:", kit.geometry(manager))

    # A timer, pause, and the end.
    ticks: list[int] = []
    timer = canvas.new_timer(interval=10)
    timer.add_callback(lambda: ticks.append(threading.get_native_id()) or len(ticks) < 3)  # type: ignore[func-returns-value]
    timer.start()
    with gate.waiting():
        wait_until(lambda: len(ticks) == 3)
    print("timer:", set(ticks) == {gui_thread})
    canvas.start_event_loop(0.05)
    gui.post(manager.handle_closed)
    with gate.waiting():
        wait_until(lambda: not Gcf.figs)
    print("closed:", events[-1])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait, and give up after half a minute."""
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


def main() -> None:
    """Run a session's worth of threads."""
    gate = Gate(lambda: False)
    gui = GuiThread(gate, Interruptions(), programs_block=False)
    gui.use(BROWSER)
    gui_thread = threading.get_native_id()

    def work() -> None:
        try:
            session(gui, gate, gui_thread)
        except BaseException:
            traceback.print_exc()
        finally:
            gate.retire()
            gui.quit()

    worker = threading.Thread(target=work)
    worker.start()
    gui.run()
    worker.join()
    print("collected by us:", not gc.isenabled())

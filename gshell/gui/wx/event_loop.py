"""wx, through wxPython."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinMethodType, MethodType
from typing import Any, ClassVar

from gshell.gui.toolkit import CanvasEvent, Geometry, Toolkit, ToolkitUnavailable
from gshell.gui.wx.gtk_messages import hush_gtk

try:
    import wx

    from gshell.gui.wx.programs import Application, Programs
    from gshell.plotting.kits import wx as wx_figures
except ImportError as error:
    raise ToolkitUnavailable(f"wx can't be used: {error} (pip install wxPython)") from None


class _Timer(wx.Timer):  # type: ignore[misc]
    """Calls a function: every time, or once; then it can be used again."""

    def __init__(self, free: list[_Timer] | None = None) -> None:
        super().__init__()
        self.function: Callable[[], None] | None = None
        self._free = free

    def Notify(self) -> None:
        function = self.function
        if self._free is not None:
            self.function = None
            self._free.append(self)
        if function is not None:
            function()


class WxToolkit(Toolkit):
    """wx 4.  Its application has to be made, and run, on the OS main thread."""

    name = "wx"
    backend = "wxagg"
    canvas_events: ClassVar = {
        "_on_size": CanvasEvent(lambda canvas, event: (None,), is_resize=True),  # it asks the window
        "_on_motion": CanvasEvent(wx_figures.copied, is_motion=True),
        "_on_mouse_button": CanvasEvent(wx_figures.copied),
        "_on_mouse_wheel": CanvasEvent(wx_figures.copied),
        "_on_enter": CanvasEvent(wx_figures.copied),
        "_on_leave": CanvasEvent(wx_figures.copied),
        "_on_key_down": CanvasEvent(wx_figures.copied),
        "_on_key_up": CanvasEvent(wx_figures.copied),
    }
    canvas_reactions = ()
    canvas_posts = ("set_cursor", "Refresh")
    canvas_changes = wx_figures.Canvas
    manager_changes = wx_figures.Manager
    timer_changes = wx_figures.Timer

    def __init__(self, drain: Callable[[], None]) -> None:
        try:
            self._app = Application()
        except SystemExit as error:  # what wx has for a display that can't be opened
            raise ToolkitUnavailable(f"wx can't be used: {error}") from None
        self._app.SetExitOnFrameDelete(False)
        if wx.Platform == "__WXGTK__":
            hush_gtk()
        self._drain = drain
        self._quitting = False
        self._released: Callable[[], Any] | None = None
        self._timers: list[_Timer] = []
        self._free: list[_Timer] = []
        self._programs: Programs | None = None

    def run(self) -> None:
        # wxPython's MainLoop returns at once if there is no window when it begins.
        first = wx.Frame(None)
        wx.CallAfter(first.Destroy)
        wx.PyApp.MainLoop(self._app)  # that of wx.App also sets sys.stdout
        if not self._quitting and self._programs is not None:
            self._programs.close_windows()

    def wake(self) -> None:
        wx.CallAfter(self._drain)

    def quit(self) -> None:
        self._quitting = True
        wx.CallAfter(self._exit)

    def _exit(self) -> None:
        for window in wx.GetTopLevelWindows():
            if isinstance(window, wx.Dialog) and window.IsModal():  # it has a loop of its own, inside the main one
                window.EndModal(wx.ID_CANCEL)
        wx.PyApp.ExitMainLoop(self._app)

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        timer = _Timer()
        timer.function = function
        timer.Start(round(seconds * 1000))
        self._timers.append(timer)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        timer = self._free.pop() if self._free else _Timer(self._free)
        timer.function = function
        timer.StartOnce(max(1, round(seconds * 1000)))
        if timer not in self._timers:
            self._timers.append(timer)

    def process_events(self) -> None:
        wx.YieldIfNeeded()

    def show_busy(self, busy: bool) -> None:
        if busy and not wx.IsBusy():
            wx.BeginBusyCursor()
        elif wx.IsBusy() and not busy:
            wx.EndBusyCursor()

    def let_go_in_nested_loops(self, released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
        self._released = released  # other threads than the main one have no event loops in wx

    def host_programs(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        assert self._released is not None
        self._programs = Programs(self._app, on_gui, given_up, self._released, blocking=blocking)

    def is_native(self, value: object) -> bool:
        return isinstance(value, wx.Object)

    def is_native_method(self, value: object) -> bool:
        if type(value) is MethodType:  # wxPython has written some in Python
            return value.__func__.__module__.startswith("wx.")
        return type(value) is BuiltinMethodType

    # The widgets of matplotlib's backend.

    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        pass  # the one that configures subplots is a figure

    def export(self, canvas: type, toolbar: type | None) -> None:
        wx_figures.export(canvas, toolbar)

    def repaint(self, canvas: Any) -> None:
        canvas.Refresh(False)

    def keep_focus_away(self, manager: Any) -> None:
        pass  # Manager.show()

    def geometry(self, manager: Any) -> Geometry | None:
        window = manager.window
        if not window or not window.IsShown() or window.IsMaximized() or window.IsFullScreen() or window.IsIconized():
            return None
        return (*window.GetPosition(), *window.GetClientSize())

    def place(self, manager: Any, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        window = manager.window
        if size is not None:
            window.SetClientSize(wx.Size(*size))
        width, height = window.GetSize()
        if wx.Display.GetFromPoint(wx.Point(position[0] + width // 2, position[1] + height // 2)) != wx.NOT_FOUND:
            window.SetPosition(wx.Point(*position))

    def exists(self, canvas: Any) -> bool:
        return wx_figures.exists(canvas)

    def is_alive(self, canvas: Any) -> bool:
        if not wx_figures.exists(canvas):
            return False
        width, height = canvas.GetClientSize()
        return bool(width > 0 and height > 0)

    def destroy(self, manager: Any) -> None:
        if wx_figures.exists(manager.window):
            manager.window.Destroy()

    def destroy_timer(self, timer: Any) -> None:
        timer.Stop()

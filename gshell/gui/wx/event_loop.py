"""wx's event loop, through wxPython."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinMethodType, MethodType

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import EventLoop, Host, ToolkitUnavailable
from gshell.gui.wx.gtk_messages import hush_gtk

try:
    import wx

    from gshell.gui.wx.programs import Application, Programs
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


class WxLoop(EventLoop):
    """wx's.  Its application has to be made, and run, on the OS main thread.  Other threads have no event loops."""

    def __init__(self, host: Host) -> None:
        try:
            self._app = Application()
        except SystemExit as error:  # what wx has for a display that can't be opened
            raise ToolkitUnavailable(f"wx can't be used: {error}") from None
        self._app.SetExitOnFrameDelete(False)
        if wx.Platform == "__WXGTK__":
            hush_gtk()
        self._host = host
        self._quitting = False
        self._timers: list[_Timer] = []
        self._free: list[_Timer] = []
        self._programs = Programs(host, self.later)

    @runs_events
    def run(self) -> None:
        # wxPython's MainLoop returns at once if there is no window when it begins.
        first = wx.Frame(None)
        wx.CallAfter(first.Destroy)
        wx.PyApp.MainLoop(self._app)  # that of wx.App also sets sys.stdout
        if not self._quitting:
            self._programs.close_windows()

    def wake(self) -> None:
        wx.CallAfter(self._host.drain)

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

    @runs_events
    def process_events(self) -> None:
        wx.YieldIfNeeded()

    def is_native(self, value: object) -> bool:
        return isinstance(value, wx.Object)

    def is_native_method(self, value: object) -> bool:
        if type(value) is MethodType:  # wxPython has written some in Python
            return value.__func__.__module__.startswith("wx.")
        return type(value) is BuiltinMethodType

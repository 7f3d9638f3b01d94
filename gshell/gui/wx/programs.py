"""wx programs of the user's, in a process that has an application and a running event loop already.

    app = wx.App()
    frame = wx.Frame(None, title="Hello")
    frame.Show()
    app.MainLoop()

runs as it is, on the GUI thread (`run` sees to that): `wx.App()` is the application that there is, a class derived
from it has its OnInit() called, and `MainLoop()` returns at once (hosted_programs.py).  A window that is made on
another thread would sooner or later end the process; here that is an error which says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

import wx

from gshell.gui.access import Access
from gshell.gui.affinity import Affinity
from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import Host
from gshell.gui.hosted_programs import FIGURES, HostedPrograms, Later, Program
from gshell.gui.immutable import set_special
from gshell.gui.nested_loops import inside
from gshell.gui.wx.kinds import WxKinds

# Functions that run an event loop of their own.
_DIALOGS = (
    "MessageBox DirSelector FileSelector FileSelectorEx LoadFileSelector SaveFileSelector GetColourFromUser "
    "GetFontFromUser GetNumberFromUser GetPasswordFromUser GetTextFromUser GetSingleChoice "
    "Yield SafeYield YieldIfNeeded"
)

_init_app: Callable[..., None] = wx.App.__init__


class Application(wx.App):  # type: ignore[misc]
    """The shell's.  Of a class written in Python, so that it can become one of the user's."""

    def __init__(self) -> None:
        # Not clearSigInt: SIGINT is the worker's.
        _init_app(self, clearSigInt=False)


def prepare(module: ModuleType, access: Access) -> None:
    """Have programs find the shell's application.  Once, when somebody imports wx, in whatever thread."""
    _guard(access)
    _check_windows(access.assert_may_make)
    _hand_out(access)


def _guard(access: Access) -> None:
    """Have objects that another thread uses do what they do on the GUI thread; functions of the module, too."""
    kinds = WxKinds()
    affinity = Affinity(access, kinds)
    for cls in kinds.roots():
        affinity.guard(cls)
        affinity.make_there(cls)
    for name, value in [*vars(wx).items()]:
        if kinds.is_for_gui(name, value):
            setattr(wx, name, affinity.function(value))
    metaclass = type(wx.Object)
    set_special(metaclass, "__getattribute__", affinity.getattribute_of(metaclass))


def _check_windows(assert_gui_thread: Callable[[str], None]) -> None:
    # One place for all windows: sip's classes have no __init__ of their own, but inherit that of wx.Window.
    stock: Callable[..., None] = wx.Window.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        assert_gui_thread(type(self).__name__)
        stock(self, *args, **kwargs)

    wx.Window.__init__ = __init__


def _hand_out(access: Access) -> None:
    """Have every wx.App(...) return the one that there is, with the class that is asked for."""
    stock_new = wx.App.__new__

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if cls is Application:
            return stock_new(cls)
        access.assert_may_make(cls.__name__)
        access.start()
        app = wx.GetApp()
        if app is None:
            raise SystemExit(f"there is no display for a {cls.__name__}")
        app.__class__ = cls
        return app

    def __init__(self: Any, redirect: bool = False, filename: str | None = None, *args: Any, **kwargs: Any) -> None:
        if redirect:
            self.RedirectStdio(filename)
        if not self.OnInit():
            raise SystemExit("OnInit returned false, exiting...")

    wx.App.__new__ = staticmethod(__new__)
    wx.App.__init__ = __init__


class Programs(HostedPrograms[Any, Program[Any]]):
    """Those that have called MainLoop(), with their windows."""

    def __init__(self, host: Host, later: Later) -> None:
        super().__init__(host, later)
        self._waiting: wx.GUIEventLoop | None = None  # for the last window to be closed, without a prompt
        wx.App.MainLoop = lambda _: self.host(sys._getframe(1), self._wait)
        wx.App.ExitMainLoop = lambda _: self._exit_main_loop()
        self._replace_nested_loops()

    def _replace_nested_loops(self) -> None:
        """Have every function that processes events let the worker go meanwhile, and run on the GUI thread."""
        classes = [each for each in vars(wx).values() if isinstance(each, type)]
        for name in ("ShowModal", "Run", "PopupMenu"):
            for owner in classes:
                if name in vars(owner) and issubclass(owner, (wx.Window, wx.EventLoopBase)):
                    setattr(owner, name, inside(getattr(owner, name), self._host, carried=True))
        for name in _DIALOGS.split():
            setattr(wx, name, inside(getattr(wx, name), self._host, carried=True))

    def windows(self) -> list[Any]:
        # Also those that are not shown, or not yet.
        return [window for window in _all_windows() if not hasattr(window, FIGURES)]

    def close(self, window: Any) -> None:
        if window:
            window.Close()

    def program(self, frame: FrameType, windows: list[Any]) -> Program[Any]:
        return Program(frame, windows)

    def _exit_main_loop(self) -> None:
        if self._waiting is not None:
            self._waiting.Exit()
        else:
            self._host.call(self.close_windows)

    def _wait(self) -> int:
        """Process events until the last window is closed, a program ends the loop, or Ctrl-C is pressed."""
        loop = self._waiting = wx.GUIEventLoop()

        @runs_events
        def run() -> int:
            loop.Run()
            return 0

        try:
            return self.run_until_end(run, loop.Exit, lambda: not _all_windows())
        finally:
            self._waiting = None


def _all_windows() -> list[Any]:
    """All main windows, but for those that were closed a moment ago."""
    return [window for window in wx.GetTopLevelWindows() if not window.IsBeingDeleted()]

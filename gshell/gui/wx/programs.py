"""wx programs of the user's, in a process that has an application and a running event loop already.

    app = wx.App()
    frame = wx.Frame(None, title="Hello")
    frame.Show()
    app.MainLoop()

runs as it is, on the GUI thread (`run` sees to that): `wx.App()` is the application that there is, a class derived
from it has its OnInit() called, and `MainLoop()` returns at once, with the program's windows alive beside the prompt.
Without a prompt it returns when the last window is closed, as in plain Python.  A window that is made on another
thread would sooner or later end the process; here that is an error which says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import wx

from gshell.gui.nested_loops import inside

_LOOK = 500
"""Milliseconds between two looks for windows that were closed."""
_GIVE_UP = 50
"""Milliseconds between two looks for Ctrl-C."""

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


def prepare(assert_gui_thread: Callable[[str], None], start: Callable[[], object]) -> None:
    """Have programs find the shell's application.  Once, when somebody imports wx, in whatever thread.

    `assert_gui_thread(what)` raises in other threads, saying that `what` belongs there; `start()` makes the
    application if there is none yet.
    """
    _check_windows(assert_gui_thread)
    _hand_out(assert_gui_thread, start)


def _check_windows(assert_gui_thread: Callable[[str], None]) -> None:
    # One place for all windows: sip's classes have no __init__ of their own, but inherit that of wx.Window.
    stock: Callable[..., None] = wx.Window.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        assert_gui_thread(type(self).__name__)
        stock(self, *args, **kwargs)

    wx.Window.__init__ = __init__


def _hand_out(assert_gui_thread: Callable[[str], None], start: Callable[[], object]) -> None:
    """Have every wx.App(...) return the one that there is, with the class that is asked for."""
    stock_new = wx.App.__new__

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if cls is Application:
            return stock_new(cls)
        assert_gui_thread(cls.__name__)
        start()
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


class Programs:
    """Those that have called MainLoop(), with their windows.  On the GUI thread, but for MainLoop() itself."""

    def __init__(
        self,
        app: wx.App,
        on_gui: Callable[[Callable[[], int]], int],
        given_up: Callable[[], bool],
        released: Callable[[], Any],
        *,
        blocking: bool,
    ) -> None:
        self._app = app
        self._on_gui: Callable[[Callable[[], Any]], Any] = on_gui
        self._given_up = given_up
        self._released = released
        self._blocking = blocking
        self._running: list[tuple[FrameType, list[Any]]] = []
        self._waiting: wx.GUIEventLoop | None = None  # for the last window to be closed, without a prompt
        self._timer = wx.Timer()
        self._timer.Notify = self._look
        programs = self
        wx.App.MainLoop = lambda _: programs._main_loop(sys._getframe(1))
        wx.App.ExitMainLoop = lambda _: programs._exit_main_loop()
        self._replace_nested_loops()

    def _replace_nested_loops(self) -> None:
        """Have every function that processes events let the worker go meanwhile, and run on the GUI thread."""
        classes = [each for each in vars(wx).values() if isinstance(each, type)]
        for name in ("ShowModal", "Run", "PopupMenu"):
            for owner in classes:
                if name in vars(owner) and issubclass(owner, (wx.Window, wx.EventLoopBase)):
                    setattr(owner, name, self._inside(getattr(owner, name)))
        for name in _DIALOGS.split():
            setattr(wx, name, self._inside(getattr(wx, name)))

    def _inside(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return inside(function, self._released, wx.IsMainThread, self._on_gui)

    def close_windows(self) -> None:
        """A program has ended the main loop: close the windows of all."""
        for _, windows in self._running:
            for window in windows:
                if window:
                    window.Close()
        self._running.clear()

    def _main_loop(self, frame: FrameType) -> int:
        if self._blocking:
            self._on_gui(self._wait)
        else:
            # The program may hold what its windows need in variables of the function that calls us, which is about
            # to return: its frame keeps them, and the frames of its callers.
            self._on_gui(lambda: self._keep(frame))
        return 0

    def _exit_main_loop(self) -> None:
        if self._waiting is not None:
            self._waiting.Exit()
        else:
            self._on_gui(self.close_windows)

    def _keep(self, frame: FrameType) -> None:
        known = [window for _, windows in self._running for window in windows]
        self._running.append((frame, [window for window in self._windows() if window not in known]))
        self._timer.Start(_LOOK)

    def _windows(self) -> list[Any]:
        """The windows of programs: all but those of figures.  Also those that are not shown, or not yet."""
        return [window for window in _all_windows() if not type(window).__module__.startswith("matplotlib.")]

    def _look(self) -> None:
        """Let go of the programs that have no window any more."""
        windows = self._windows()
        self._running = [each for each in self._running if any(window in windows for window in each[1])]
        if not self._running:
            self._timer.Stop()

    def _wait(self) -> None:
        """Process events until the last window is closed, a program ends the loop, or Ctrl-C is pressed."""
        loop = self._waiting = wx.GUIEventLoop()
        given_up: list[None] = []

        def look() -> None:
            if self._given_up():
                given_up.append(None)
            if given_up or not _all_windows():
                loop.Exit()

        timer = wx.Timer()
        timer.Notify = look
        timer.Start(_GIVE_UP)
        try:
            loop.Run()
        finally:
            self._waiting = None
            timer.Stop()
        if given_up:
            raise KeyboardInterrupt


def _all_windows() -> list[Any]:
    """All main windows, but for those that were closed a moment ago."""
    return [window for window in wx.GetTopLevelWindows() if not window.IsBeingDeleted()]

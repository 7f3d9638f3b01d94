"""GTK programs of the user's, in a process that has a running event loop already.

    window.connect("destroy", Gtk.main_quit)            app = Gtk.Application()
    window.show_all()                                   app.connect("activate", build_windows)
    Gtk.main()                                          app.run()

run as they are, on the GUI thread (`run` sees to that): `Gtk.main()`, `app.run()` and `GLib.MainLoop().run()` return
at once, with the program's windows alive beside the prompt, and what would end them closes these windows.  Without a
prompt they return when they would in plain Python, or after Ctrl-C.

All that is about the call by which a program runs.  In a callback of a widget, which the running event loop has called,
they are event loops inside that one, as ever: that is how some programs wait for a dialog.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from gi.repository import Gio, GLib, Gtk

from gshell.gui.gtk.loops import INTERVAL, on_gui_thread

_LOOK = 500
"""Milliseconds between two looks for windows that were closed."""


@dataclass
class _Program:
    frame: FrameType
    """Of the function that has run the event loop: it may hold what the program needs in its variables, and so do the
    frames of its callers."""
    windows: list[Any]
    application: Any = None
    may_go: bool = False
    """Whether it has had a window, or was told to end; else it may be about to open its first one."""

    def left(self, visible: list[Any]) -> list[Any]:
        """Those of its windows that are not closed."""
        own = self.application.get_windows() if self.application is not None else []
        return [window for window in visible if window in self.windows or window in own]


class Programs:
    """Those that have run their event loop, with their windows.  On the GUI thread, but for that call itself."""

    def __init__(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        self._on_gui = on_gui
        self._given_up = given_up
        self._blocking = blocking
        self._in_task = False
        self._running: list[_Program] = []
        self._watching = False
        self._patch_loop()
        self._patch_application()
        if Gtk.get_major_version() == 3:
            self._patch_main()

    @contextmanager
    def in_a_task(self, is_task: bool = True) -> Iterator[None]:
        """What runs meanwhile was posted by another thread (a script, a cell), or (False) called by an event loop."""
        outer, self._in_task = self._in_task, is_task
        try:
            yield
        finally:
            self._in_task = outer

    def _is_hosted(self) -> bool:
        """Whether the event loop that is about to run is a program's main one."""
        return not on_gui_thread() or self._in_task

    def _host(self, run: Callable[[], object], end: Callable[[], object]) -> None:
        """Host a program whose event loop is run by `run()` and ended by `end()`."""
        if self._blocking:
            self._on_gui(lambda: self._wait(run, end))
        else:
            frame = sys._getframe(2)
            self._on_gui(lambda: self._keep(frame))

    def _keep(self, frame: FrameType, application: Any = None) -> int:
        known = [window for program in self._running for window in program.windows]
        windows = [window for window in _windows() if window not in known]
        self._running.append(_Program(frame, windows, application, may_go=bool(windows)))
        if not self._watching:
            self._watching = True
            GLib.timeout_add(_LOOK, self._look)
        return 0

    def _look(self) -> bool:
        """Let go of the programs that have no window any more."""
        visible = _windows()
        gone = []
        for program in self._running:
            if program.left(visible):
                program.may_go = True
            elif program.may_go:
                gone.append(program)
        self._running = [program for program in self._running if program not in gone]
        for program in gone:
            if program.application is not None:
                program.application.emit("shutdown")
        self._watching = bool(self._running)
        return self._watching

    def _wait(self, run: Callable[[], object], end: Callable[[], object]) -> int:
        given_up: list[None] = []

        def look() -> bool:
            if self._given_up() and not given_up:
                given_up.append(None)
                end()
            return True

        timer = GLib.timeout_add(INTERVAL, look)
        try:
            status = run()
        finally:
            GLib.source_remove(timer)
        if given_up:
            raise KeyboardInterrupt
        return status if isinstance(status, int) else 0

    def _end(self) -> None:
        """A program has ended its event loop: close its windows.

        Which program, can't be seen.  As a rule one of its windows has just been closed; else all of them end.
        """
        visible = _windows()
        some = [program for program in self._running if len(program.left(visible)) < len(program.windows)]
        for program in some or self._running:
            program.may_go = True
            for window in program.left(visible):
                window.destroy()

    def _patch_main(self) -> None:
        stock_main, stock_quit = Gtk.main, Gtk.main_quit

        def main(*args: object) -> None:
            if self._is_hosted():
                self._host(stock_main, stock_quit)
            else:
                stock_main()

        def main_quit(*args: object) -> None:
            if Gtk.main_level():
                stock_quit()
            elif self._running:
                GLib.idle_add(self._end)  # the window that is being closed is not yet gone

        Gtk.main, Gtk.main_quit = main, main_quit

    def _patch_loop(self) -> None:
        stock_run, stock_quit = GLib.MainLoop.run, GLib.MainLoop.quit

        def run(loop: Any) -> None:
            if self._is_hosted() and loop.get_context() == GLib.MainContext.default():
                self._host(lambda: stock_run(loop), lambda: stock_quit(loop))
            else:
                stock_run(loop)

        def quit(loop: Any) -> None:
            if loop.is_running():
                stock_quit(loop)
            elif self._running:
                GLib.idle_add(self._end)

        GLib.MainLoop.run, GLib.MainLoop.quit = run, quit

    def _patch_application(self) -> None:
        stock_run, stock_quit = Gio.Application.run, Gio.Application.quit
        if not self._blocking:
            GLib.log_set_handler("GLib-GIO", GLib.LogLevelFlags.LEVEL_WARNING, _log, None)

        def run(app: Any, argv: list[str] | None = None) -> int:
            if self._blocking:
                return self._on_gui(lambda: self._wait(lambda: stock_run(app, argv), lambda: stock_quit(app)))
            frame = sys._getframe(1)

            def begin() -> int:
                # Or the second time it would only tell the first one, which runs, to show its windows.
                app.set_flags(app.get_flags() | Gio.ApplicationFlags.NON_UNIQUE)
                # What run() does before its event loop: parse, register, activate.
                result = type(app).do_local_command_line(app, argv or [GLib.get_prgname()])
                self._keep(frame, app)
                return int(result[-1])

            return self._on_gui(begin)

        def quit(app: Any) -> None:
            programs = [program for program in self._running if program.application == app]
            for program in programs:
                for window in program.left(_windows()):
                    window.destroy()
            if not programs:
                stock_quit(app)

        Gio.Application.run, Gio.Application.quit = run, quit


def _log(domain: str, level: Any, message: str, *data: object) -> None:
    """Write what GLib warns of, but not that an application is destroyed which has not been in g_application_run().

    Only that function can end its registration; nothing is left of that, since it is NON_UNIQUE.
    """
    if "did not unregister from D-Bus" not in message:
        GLib.log_default_handler(domain, level, message, None)


def _windows() -> list[Any]:
    """The windows of programs: all but those of figures."""
    return [
        window
        for window in Gtk.Window.list_toplevels()
        if window.get_visible() and not hasattr(window, "gshell_is_figure")
    ]

"""GTK programs of the user's, in a process that has a running event loop already.

    window.connect("destroy", Gtk.main_quit)            app = Gtk.Application()
    window.show_all()                                   app.connect("activate", build_windows)
    Gtk.main()                                          app.run()

run as they are, on the GUI thread (`run` sees to that): `Gtk.main()`, `app.run()` and `GLib.MainLoop().run()` return
at once (hosted_programs.py), and what would end them closes the program's windows.

All that is about the call by which a program runs.  In a callback of a widget, which the running event loop has called,
they are event loops inside that one, as ever: that is how some programs wait for a dialog.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from gi.repository import Gio, GLib, Gtk

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import Host
from gshell.gui.hosted_programs import FIGURES, HostedPrograms, Later, Program


class _Program(Program[Any]):
    def __init__(self, frame: FrameType, windows: list[Any], application: Any = None) -> None:
        super().__init__(frame, windows)
        self.application = application
        self._may_go = bool(windows)  # it has had a window, or was told to end; else it may be about to open one

    def left(self, there: list[Any]) -> list[Any]:
        own = self.application.get_windows() if self.application is not None else []
        return [window for window in there if window in self.windows or window in own]

    def is_alive(self, there: list[Any]) -> bool:
        has_windows = super().is_alive(there)
        self._may_go = self._may_go or has_windows
        return has_windows or not self._may_go

    def let_go(self) -> None:
        if self.application is not None:
            self.application.emit("shutdown")

    def end(self, there: list[Any]) -> None:
        """Have it end: close its windows."""
        self._may_go = True
        for window in self.left(there):
            window.destroy()


class Programs(HostedPrograms[Any, _Program]):
    """Those that have run their event loop, with their windows."""

    def __init__(self, host: Host, later: Later, in_task: Callable[[], bool]) -> None:
        """`in_task()`: whether what runs on the GUI thread was posted by another thread (a script, a cell), and not
        called by an event loop."""
        super().__init__(host, later)
        self._in_task = in_task
        self._patch_loop()
        self._patch_application()
        if Gtk.get_major_version() == 3:
            self._patch_main()

    def windows(self) -> list[Any]:
        windows = [window for window in Gtk.Window.list_toplevels() if window.get_visible()]
        return [window for window in windows if not hasattr(window, FIGURES)]

    def close(self, window: Any) -> None:
        window.destroy()

    def program(self, frame: FrameType, windows: list[Any]) -> _Program:
        return _Program(frame, windows)

    def _is_main_loop(self) -> bool:
        """Whether the event loop that is about to run is a program's main one."""
        return not self._host.is_here() or self._in_task()

    def _wait(self, run: Callable[[], object], end: Callable[[], object]) -> int:
        """Process events by a loop that is run by `run()` and ended by `end()`."""

        @runs_events
        def status() -> int:
            result = run()
            return result if isinstance(result, int) else 0

        return self.run_until_end(status, end)

    def close_windows(self) -> None:
        """A program has ended its event loop: close its windows.

        Which program, can't be seen.  As a rule one of its windows has just been closed; else all of them end.
        """
        there = self.windows()
        some = [program for program in self._programs if len(program.left(there)) < len(program.windows)]
        for program in some or self._programs:
            program.end(there)

    def _patch_main(self) -> None:
        stock_main, stock_quit = Gtk.main, Gtk.main_quit

        def main(*args: object) -> None:
            if self._is_main_loop():
                self.host(sys._getframe(1), lambda: self._wait(stock_main, stock_quit))
            else:
                stock_main()

        def main_quit(*args: object) -> None:
            if Gtk.main_level():
                stock_quit()
            elif self._programs:
                GLib.idle_add(self.close_windows)  # the window that is being closed is not yet gone

        Gtk.main, Gtk.main_quit = main, main_quit

    def _patch_loop(self) -> None:
        stock_run, stock_quit = GLib.MainLoop.run, GLib.MainLoop.quit

        def run(loop: Any) -> None:
            if self._is_main_loop() and loop.get_context() == GLib.MainContext.default():
                self.host(sys._getframe(1), lambda: self._wait(partial(stock_run, loop), partial(stock_quit, loop)))
            else:
                stock_run(loop)

        def quit(loop: Any) -> None:
            if loop.is_running():
                stock_quit(loop)
            elif self._programs:
                GLib.idle_add(self.close_windows)

        GLib.MainLoop.run, GLib.MainLoop.quit = run, quit

    def _patch_application(self) -> None:
        stock_run, stock_quit = Gio.Application.run, Gio.Application.quit
        if not self._host.programs_block:
            GLib.log_set_handler("GLib-GIO", GLib.LogLevelFlags.LEVEL_WARNING, _log, None)

        def run(app: Any, argv: list[str] | None = None) -> int:
            if self._host.programs_block:
                return self._host.call(lambda: self._wait(partial(stock_run, app, argv), partial(stock_quit, app)))
            frame = sys._getframe(1)
            return self._host.call(lambda: self._begin(app, argv, frame))

        def quit(app: Any) -> None:
            programs = [program for program in self._programs if program.application == app]
            for program in programs:
                for window in program.left(self.windows()):
                    window.destroy()
            if not programs:
                stock_quit(app)

        Gio.Application.run, Gio.Application.quit = run, quit

    def _begin(self, app: Any, argv: list[str] | None, frame: FrameType) -> int:
        """Do what an application's run() does before its event loop: parse, register, activate."""
        # Or the second time it would only tell the first one, which runs, to show its windows.
        app.set_flags(app.get_flags() | Gio.ApplicationFlags.NON_UNIQUE)
        result = type(app).do_local_command_line(app, argv or [GLib.get_prgname()])
        self.keep(_Program(frame, self.new_windows(), app))
        return int(result[-1])


def _log(domain: str, level: Any, message: str, *data: object) -> None:
    """Write what GLib warns of, but not that an application is destroyed which has not been in g_application_run().

    Only that function can end its registration; nothing is left of that, since it is NON_UNIQUE.
    """
    if "did not unregister from D-Bus" not in message:
        GLib.log_default_handler(domain, level, message, None)

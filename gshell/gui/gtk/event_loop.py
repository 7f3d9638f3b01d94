"""The event loop of GTK 3 and GTK 4, through PyGObject.  One of the two was required before this is imported.

GTK is a library on top of GLib, whose main context is the event loop: sources (timers, the connection to the display,
functions to be called when there is time) can be added to it from any thread, and are dispatched in the one that runs
it.  Everything else of GTK belongs to that thread.

PyGObject wraps its own event loops in something that takes SIGINT and the signal wakeup fd, if it finds itself in
the main thread, for which it looks at the thread's name.  That would be in the way of ours, so the OS main thread has
another name (session/), and the wakeup fd counts as taken already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import BuiltinMethodType, MethodType
from typing import Any

from gi import _ossighelper
from gi.overrides import Gtk as overrides
from gi.repository import Gio, GLib, GObject, Gtk

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import EventLoop, Host, ToolkitUnavailable
from gshell.gui.gtk.programs import Programs
from gshell.gui.nested_loops import LOOK, inside, interruptible

_FunctionInfo = type(GLib.get_user_name)


class GtkLoop(EventLoop):
    """GTK's, of one version or the other.  It may run in any thread; that is the one that GTK belongs to."""

    def __init__(self, host: Host) -> None:
        if not overrides.initialized:
            raise ToolkitUnavailable("GTK can't open the display")
        self._host = host
        self._context = GLib.MainContext.default()
        self._loop = GLib.MainLoop()
        self._run = GLib.MainLoop.run  # without what user code finds there later
        self._in_task = _InTask()
        _ossighelper._wakeup_fd_is_active = True
        GLib.log_set_writer_func(_print_message, None)
        _let_go_in_nested_loops(host, self._in_task)
        self._programs = Programs(host, self.later, self._in_task)

    @runs_events
    def run(self) -> None:
        self._run(self._loop)

    def wake(self) -> None:
        # A source for every time: one that is being dispatched is not looked at in a loop nested into it.
        GLib.idle_add(self._wake, priority=GLib.PRIORITY_DEFAULT)

    def _wake(self) -> bool:
        with self._in_task.set(True):
            self._host.drain()
        return False

    def quit(self) -> None:
        self._loop.quit()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        def again() -> bool:
            function()
            return True

        GLib.timeout_add(round(seconds * 1000), again)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        def once() -> bool:
            function()
            return False

        GLib.timeout_add(round(seconds * 1000), once)

    @runs_events
    def process_events(self) -> None:
        while self._context.pending():
            self._context.iteration(False)

    def is_native(self, value: object) -> bool:
        return isinstance(value, GObject.Object)

    def is_native_method(self, value: object) -> bool:
        if type(value) is MethodType:  # PyGObject has some in Python, and newer ones bind all of their own so
            value = value.__func__
            if value.__module__.startswith("gi.overrides."):
                return True
        kind = type(value)
        return kind is _FunctionInfo or kind is BuiltinMethodType


class _InTask:
    """Whether what runs was posted by another thread (a script, a cell), or called by an event loop."""

    def __init__(self) -> None:
        self._now = False

    def __call__(self) -> bool:
        return self._now

    @contextmanager
    def set(self, is_task: bool) -> Iterator[None]:
        """It is so meanwhile."""
        outer, self._now = self._now, is_task
        try:
            yield
        finally:
            self._now = outer


def _let_go_in_nested_loops(host: Host, in_task: _InTask) -> None:
    @contextmanager
    def nested_loop() -> Iterator[None]:
        with in_task.set(False), host.nested_loop():
            yield

    GLib.MainLoop.run = interruptible(inside(GLib.MainLoop.run, host, nested_loop), host, _looking)
    GLib.MainContext.iteration = inside(GLib.MainContext.iteration, host, nested_loop)
    Gio.Application.run = inside(Gio.Application.run, host, nested_loop)
    if Gtk.get_major_version() == 3:
        Gtk.Dialog.run = inside(Gtk.Dialog.run, host, nested_loop)
        Gtk.main = inside(Gtk.main, host, nested_loop)
        for name in ("main_iteration", "main_iteration_do"):
            setattr(Gtk, name, inside(getattr(Gtk, name), host, nested_loop, carried=True))


@contextmanager
def _looking(loop: Any, look: Callable[[], None]) -> Iterator[None]:
    """Have a GLib.MainLoop of this thread call `look()` meanwhile, again and again."""

    def again(*_: object) -> bool:
        look()
        return True

    timer = GLib.timeout_source_new(round(LOOK * 1000))
    timer.set_callback(again)
    timer.attach(loop.get_context())
    try:
        yield
    finally:
        timer.destroy()


def _print_message(level: Any, fields: Any, size: int, data: object) -> Any:
    """GTK's warnings go where Python's do: above the prompt.  (That there is no session bus hurts nobody here.)

    It is called in whatever thread, and GTK is not told of an exception.
    """
    if level & (GLib.LogLevelFlags.LEVEL_DEBUG | GLib.LogLevelFlags.LEVEL_INFO):
        return GLib.LogWriterOutput.HANDLED
    message = GLib.log_writer_format_fields(level, fields, False).strip()
    if not any(words in message for words in ("session bus", "dconf", "dbus-launch")):
        print(message, file=sys.stderr)
    return GLib.LogWriterOutput.HANDLED

"""Event loops inside the one that runs: GTK 3's dialogs, and the loops that user code makes."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from gi.repository import Gio, GLib, Gtk

from gshell.gui.nested_loops import inside
from gshell.threads.protection import protected

INTERVAL = 50
"""Milliseconds between two looks whether a loop is to be ended by Ctrl-C."""


_gui_thread = threading.get_native_id()  # that imports this


def on_gui_thread() -> bool:
    """Whether this is the GUI thread."""
    return threading.get_native_id() == _gui_thread


def nest_loops(released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
    """Have them run inside `released()`; one in another thread ends when `interrupted()`.  On the GUI thread."""
    GLib.MainLoop.run = _interruptible(inside(GLib.MainLoop.run, released, on_gui_thread), interrupted)
    GLib.MainContext.iteration = inside(GLib.MainContext.iteration, released, on_gui_thread)
    Gio.Application.run = inside(Gio.Application.run, released, on_gui_thread)
    if Gtk.get_major_version() == 3:
        Gtk.Dialog.run = inside(Gtk.Dialog.run, released, on_gui_thread)
        for name in ("main", "main_iteration", "main_iteration_do"):
            setattr(Gtk, name, inside(getattr(Gtk, name), released, on_gui_thread))


def _interruptible(function: Callable[..., Any], interrupted: Callable[[], bool]) -> Callable[..., Any]:
    """GLib.MainLoop.run that, in another thread than the GUI's, ends soon after `interrupted()` is true.

    It waits in C, where a signal is noted and nothing more; what a callback raises is printed and ends nothing.  So a
    timer has a look, and the KeyboardInterrupt is kept until the loop has ended.
    """

    @protected
    @functools.wraps(function, assigned=("__name__", "__doc__"))
    def wrapper(loop: Any) -> Any:
        if on_gui_thread():
            return function(loop)

        def look(*_: object) -> bool:
            if interrupted():
                loop.quit()
            return True

        timer = GLib.timeout_source_new(INTERVAL)
        timer.set_callback(look)
        timer.attach(loop.get_context())
        try:
            return function(loop)
        finally:
            timer.destroy()

    return wrapper

"""Tk's event loop, through tkinter."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import MethodType

from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import EventLoop, Host, ToolkitUnavailable
from gshell.gui.uncaught import report_exception
from gshell.threads.wakeup import wakeup_pipe

try:
    import tkinter

    from gshell.gui.tk.programs import Programs
    from gshell.gui.tk.root import Root
except ImportError as error:
    raise ToolkitUnavailable(f"Tk can't be used: {error} (Debian: apt install python3-tk)") from None

_NATIVE = (tkinter.Misc, tkinter.Variable, tkinter.Image)
SWEEP = 1.0
"""Seconds between two looks for what other threads have dropped."""


class TkLoop(EventLoop):
    """Tk's.

    A Tcl interpreter belongs to the thread that has made it, and all windows that were made in one thread are served
    by whatever event loop runs there.  So there is one interpreter for the shell and its figures, with a main window
    that never appears; programs of the user's make more of them on the same thread, and need no loop of their own.
    """

    def __init__(self, host: Host) -> None:
        try:
            self._root = Root()
        except tkinter.TclError as error:
            raise ToolkitUnavailable(f"Tk can't be used: {error}") from None
        self._host = host
        self._quitting = False
        # Tcl's own ways to wake another thread's loop are not in tkinter; `after` may be called from other threads,
        # but blocks the caller until it was served.  A pipe takes some 20 microseconds, and costs nothing while idle.
        self._wake_read, self._wake_write = wakeup_pipe()
        self._root.tk.createfilehandler(self._wake_read, tkinter.READABLE, self._on_wake)
        self.every(SWEEP, self._root.sweep)
        self._programs = Programs(self._root, host, self.later)

    def _on_wake(self, *_: object) -> None:
        try:
            os.read(self._wake_read, 1)  # what the first task does may run an event loop, which needs the others
        except BlockingIOError:  # a nested event loop has read it
            pass
        self._host.drain()

    @runs_events
    def run(self) -> None:
        while not self._quitting:
            try:
                self._root.mainloop()
            except BaseException:  # SystemExit in a Tcl command of the user's that was not made by tkinter
                report_exception()

    def wake(self) -> None:
        try:
            os.write(self._wake_write, b"\0")
        except BlockingIOError:  # full: it will wake up
            pass

    def quit(self) -> None:
        self._quitting = True
        self._root.tk.quit()
        self.wake()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        def again() -> None:
            self.later(seconds, again)
            function()

        self.later(seconds, again)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        self._root.after(max(1, round(seconds * 1000)), function)

    @runs_events
    def process_events(self) -> None:
        self._root.update()

    def is_native(self, value: object) -> bool:
        return isinstance(value, _NATIVE)

    def is_native_method(self, value: object) -> bool:
        return type(value) is MethodType and value.__func__.__module__ == "tkinter"

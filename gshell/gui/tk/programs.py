"""Tk programs of the user's, in a process that has an event loop running already.

    root = tkinter.Tk()
    tkinter.Label(root, text="Hello").pack()
    root.mainloop()

runs as it is, on the GUI thread (`run` sees to that): `mainloop()` returns at once (hosted_programs.py).  A widget that
is made on another thread is an error which says what to do: its windows would stand still.
"""

from __future__ import annotations

import functools
import sys
import tkinter
import tkinter.commondialog
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.called_code import runs_events
from gshell.gui.event_loop import Host
from gshell.gui.hosted_programs import HostedPrograms, Later, Program
from gshell.gui.nested_loops import inside
from gshell.gui.tk.root import Root, exists
from gshell.gui.uncaught import report_exception
from gshell.imports import when_imported

_native_loop: Callable[..., None] = tkinter.Misc.mainloop
_init_tk: Callable[..., None] = tkinter.Tk.__init__


def prepare(module: ModuleType, access: Access) -> None:
    """Have widgets made on the GUI thread only.  Once, when somebody imports tkinter, in whatever thread."""
    stock: Callable[..., None] = tkinter.BaseWidget.__init__

    @functools.wraps(stock)
    def init_widget(self: Any, *args: Any, **kwargs: Any) -> None:
        access.assert_may_make(type(self).__name__)
        stock(self, *args, **kwargs)

    @functools.wraps(_init_tk)
    def init_tk(self: Any, *args: Any, **kwargs: Any) -> None:
        use_tk = kwargs.get("useTk", args[3] if len(args) > 3 else True)
        if not use_tk or isinstance(self, Root):  # tkinter.Tcl() has no windows
            _init_tk(self, *args, **kwargs)
            return
        access.assert_may_make(type(self).__name__)
        access.start()
        _init_tk(self, *args, **kwargs)
        if hasattr(Root, "shell"):
            Root.shell.adopt(self)

    tkinter.BaseWidget.__init__ = init_widget  # type: ignore[method-assign]
    tkinter.Tk.__init__ = init_tk  # type: ignore[method-assign]


class Programs(HostedPrograms[tkinter.Tk, Program[tkinter.Tk]]):
    """Those that have called mainloop(), with their windows."""

    def __init__(self, root: Root, host: Host, later: Later) -> None:
        super().__init__(host, later)
        self._root = root
        self._waits = False  # for the last window to be closed, without a prompt
        self._nested = 0  # how many loops of tkinter's own dialogs run inside ours
        self._exit: SystemExit | None = None
        self._replace_loops()
        self._replace_nested_loops()
        self._replace_calls()

    def windows(self) -> list[tkinter.Tk]:
        return self._root.programs()

    def close(self, window: tkinter.Tk) -> None:
        if exists(window):
            window.destroy()

    def program(self, frame: FrameType, windows: list[tkinter.Tk]) -> Program[tkinter.Tk]:
        return Program(frame, windows)

    def _replace_loops(self) -> None:
        programs = self

        # matplotlib takes Tk's event loop for running if it finds a function that it calls so on a stack: also ours is
        # run by this one.
        def mainloop(self: Any, n: int = 0) -> None:
            if self is programs._root:
                _native_loop(self, n)
            else:
                programs.mainloop(self, sys._getframe(1))

        def default_mainloop(n: int = 0) -> None:
            root: Any = tkinter._get_default_root("run the main loop")  # type: ignore[attr-defined]
            programs.mainloop(root, sys._getframe(1))

        default_mainloop.__name__ = "mainloop"
        tkinter.Misc.mainloop = mainloop  # type: ignore[method-assign]
        tkinter.mainloop = default_mainloop
        tkinter.Misc.quit = lambda self: programs.quit()  # type: ignore[method-assign]
        when_imported("turtle", _through_tkinter)

    def _replace_nested_loops(self) -> None:
        """Have every function that processes events let the worker go meanwhile, and run on the GUI thread."""
        dialog: Any = tkinter.commondialog.Dialog
        names = "update wait_variable waitvar wait_window wait_visibility"
        for owner, name in [(dialog, "show"), *((tkinter.Misc, name) for name in names.split())]:
            setattr(owner, name, inside(getattr(owner, name), self._host, carried=True))

    def _replace_calls(self) -> None:
        """Have what callbacks raise reported as ever, also SystemExit: that would end the event loop of all."""
        tkinter.Tk.report_callback_exception = lambda self, *_: report_exception()
        stock: Callable[..., Any] = tkinter.CallWrapper.__call__

        @runs_events
        def __call__(self: Any, *args: Any) -> Any:
            try:
                return stock(self, *args)
            except SystemExit as error:
                programs.exit(error)

        programs = self
        tkinter.CallWrapper.__call__ = __call__  # type: ignore[method-assign]

    def mainloop(self, root: tkinter.Misc, frame: FrameType) -> None:
        """A program runs its event loop, from the function with this frame.  From any thread."""
        if frame.f_globals.get("__name__", "").startswith("tkinter."):  # one of its dialogs, which waits for quit()
            inside(self._run_dialog, self._host, carried=True)(root)
        else:
            self.host(frame, self._wait)

    def quit(self) -> None:
        """A program has called quit(): end a dialog's loop, or close the windows of programs.  From any thread."""
        if self._nested:
            self._root.tk.quit()
        elif self._waits:
            self._waits = False
        else:
            self._host.call(self.close_windows)

    def exit(self, error: SystemExit) -> None:
        """A callback has raised SystemExit.  It ends a program that waits for its windows, and nothing else."""
        if self._waits:
            self._exit = error
            self._waits = False
        else:
            report_exception()

    def _run_dialog(self, root: tkinter.Misc) -> None:
        self._nested += 1
        try:
            _native_loop(root)
        finally:
            self._nested -= 1

    def _wait(self) -> int:
        """Process events until the last window is closed, a program says quit(), or Ctrl-C is pressed."""
        self._waits = True

        @runs_events
        def run() -> int:
            while self._waits and (self._root.programs() or self._root.shown()):
                self._root.tk.dooneevent(0)
            return 0

        def end() -> None:
            self._waits = False

        self.run_until_end(run, end)
        self._waits = False
        error, self._exit = self._exit, None
        if error is not None:
            raise error
        return 0


def _through_tkinter(turtle: Any) -> None:
    """Have turtle, which calls the interpreter's own mainloop(), call tkinter's."""
    turtle.TurtleScreenBase.mainloop = lambda self: self.cv.mainloop()

"""Tk programs of the user's, in a process that has an event loop running already.

    root = tkinter.Tk()
    tkinter.Label(root, text="Hello").pack()
    root.mainloop()

runs as it is, on the GUI thread (`run` sees to that): `mainloop()` returns at once, with the program's windows alive
beside the prompt.  Without a prompt it returns when the last window is closed, as in plain Python.  A widget that is
made on another thread is an error which says what to do: its windows would stand still.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import threading
import tkinter
import tkinter.commondialog
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, ClassVar

from gshell.gui.nested_loops import inside
from gshell.gui.thread import report_exception
from gshell.imports import when_imported

_LOOK = 500
"""Milliseconds between two looks for windows that were closed."""
_GIVE_UP = 50
"""Milliseconds between two looks for Ctrl-C."""

_native_loop: Callable[..., None] = tkinter.Misc.mainloop
_init_tk: Callable[..., None] = tkinter.Tk.__init__


class Root(tkinter.Tk):
    """The main window of the shell's own interpreter.  It never appears."""

    shell: ClassVar[Root]
    """The one that there is, once it was made."""

    def __init__(self) -> None:
        with self.as_default():  # and not for ever: a program makes its own
            super().__init__(className="gshell")
        self.withdraw()
        # PyOS_InputHook, tkinter's own idea of events at a prompt: input() would run a second event loop, in a thread
        # that has no windows.  tkinter sets it again for every interpreter that is made while it is not set.
        hook = ctypes.c_void_p.in_dll(ctypes.pythonapi, "PyOS_InputHook")
        harmless = ctypes.pythonapi.Py_IsInitialized  # an int f(void), too
        hook.value = ctypes.cast(harmless, ctypes.c_void_p).value
        Root.shell = self
        self._thread = threading.get_ident()
        self._dropped: deque[Callable[[], None]] = deque()
        self._interpreters: list[Any] = []
        self._programs: list[tkinter.Tk] = []
        for each in (tkinter.Variable, tkinter.Image):
            self._destroy_here(each)
        when_imported("PIL.ImageTk", self._on_pillow)

    @contextmanager
    def as_default(self) -> Iterator[None]:
        """Widgets that are made without a parent belong to this window meanwhile."""
        tk: Any = tkinter
        before, tk._default_root = getattr(tk, "_default_root", None), self  # none after tkinter.NoDefaultRoot()
        try:
            yield
        finally:
            tk._default_root = before

    def is_here(self) -> bool:
        """Whether this is the thread of the event loop."""
        return threading.get_ident() == self._thread

    def adopt(self, other: tkinter.Tk) -> None:
        """Another main window was made, with an interpreter of its own: that of a program."""
        interpreter: Any = other.tk
        interpreter.willdispatch()  # calls from other threads need not wait for a main loop
        self._interpreters.append(interpreter)  # until nobody else has it: it must be deleted in its own thread
        self._programs.append(other)

    def programs(self) -> list[tkinter.Tk]:
        """The main windows of programs."""
        self._programs = [each for each in self._programs if exists(each)]
        return list(self._programs)

    def shown(self) -> bool:
        """Whether a window of the shell's own interpreter, a figure, is on the screen."""
        return any(each.winfo_viewable() for each in self.winfo_children())

    def _on_pillow(self, pil: Any) -> None:
        for each in (pil.PhotoImage, pil.BitmapImage):
            self._destroy_here(each)

    def _destroy_here(self, owner: Any) -> None:
        """Have objects of this class that another thread drops destroyed in that of the event loop.

        Their __del__ is a call of Tcl, for which tkinter has the other thread wait until the event loop gets to it: the
        worker in the middle of matplotlib, while the event loop waits for it to come out of that; or a forked child,
        where there is none.
        """
        stock: Callable[[Any], None] = owner.__del__

        def __del__(dropped: Any) -> None:
            if self.is_here():
                stock(dropped)
            else:
                self._dropped.append(lambda: stock(dropped))

        owner.__del__ = __del__

    def sweep(self) -> None:
        """Let go of what was destroyed, and destroy what other threads have dropped."""
        for _ in range(len(self._dropped)):
            self._dropped.popleft()()
        self.programs()
        own = 3  # references: the list, `each`, and the argument
        self._interpreters = [each for each in self._interpreters if sys.getrefcount(each) > own]


def prepare(assert_gui_thread: Callable[[str], None], start: Callable[[], object]) -> None:
    """Have widgets made on the GUI thread only.  Once, when somebody imports tkinter, in whatever thread.

    `assert_gui_thread(what)` raises in other threads, saying that `what` belongs there; `start()` makes the shell's
    own main window if there is none yet.
    """
    stock: Callable[..., None] = tkinter.BaseWidget.__init__

    @functools.wraps(stock)
    def init_widget(self: Any, *args: Any, **kwargs: Any) -> None:
        assert_gui_thread(type(self).__name__)
        stock(self, *args, **kwargs)

    @functools.wraps(_init_tk)
    def init_tk(self: Any, *args: Any, **kwargs: Any) -> None:
        use_tk = kwargs.get("useTk", args[3] if len(args) > 3 else True)
        if not use_tk or isinstance(self, Root):  # tkinter.Tcl() has no windows
            _init_tk(self, *args, **kwargs)
            return
        assert_gui_thread(type(self).__name__)
        start()
        _init_tk(self, *args, **kwargs)
        if hasattr(Root, "shell"):
            Root.shell.adopt(self)

    tkinter.BaseWidget.__init__ = init_widget  # type: ignore[method-assign]
    tkinter.Tk.__init__ = init_tk  # type: ignore[method-assign]


class Programs:
    """Those that have called mainloop(), with their windows.  On the GUI thread, but for mainloop() itself."""

    def __init__(
        self,
        root: Root,
        on_gui: Callable[[Callable[[], int]], int],
        given_up: Callable[[], bool],
        released: Callable[[], Any],
        *,
        blocking: bool,
    ) -> None:
        self._root = root
        self._on_gui: Callable[[Callable[[], Any]], Any] = on_gui
        self._given_up = given_up
        self._released = released
        self._blocking = blocking
        self._running: list[tuple[FrameType, list[tkinter.Tk]]] = []
        self._waits = False  # for the last window to be closed, without a prompt
        self._nested = 0  # how many loops of tkinter's own dialogs run inside ours
        self._exit: SystemExit | None = None
        self._replace_loops()
        self._replace_nested_loops()
        self._replace_calls()

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
            setattr(owner, name, self._inside(getattr(owner, name)))

    def _inside(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return inside(function, self._released, self._root.is_here, self._on_gui)

    def _replace_calls(self) -> None:
        """Have what callbacks raise reported as ever, also SystemExit: that would end the event loop of all."""
        tkinter.Tk.report_callback_exception = lambda self, *_: report_exception()
        stock: Callable[..., Any] = tkinter.CallWrapper.__call__

        def __call__(self: Any, *args: Any) -> Any:
            try:
                return stock(self, *args)
            except SystemExit as error:
                programs.exit(error)

        programs = self
        tkinter.CallWrapper.__call__ = __call__  # type: ignore[method-assign]

    def mainloop(self, root: Any, frame: FrameType) -> None:
        """A program runs its event loop, from the function with this frame.  In any thread."""
        if frame.f_globals.get("__name__", "").startswith("tkinter."):  # one of its dialogs, which waits for quit()
            self._inside(self._dialog)(root)
        elif self._blocking:
            self._on_gui(self._wait)
        else:
            # The program may hold its pictures in variables of the function that calls us, which is about to return:
            # its frame keeps them, and the frames of its callers.
            self._on_gui(lambda: self._keep(frame))

    def quit(self) -> None:
        """A program has called quit(): end a dialog's loop, or close the windows of programs.  In any thread."""
        if self._nested:
            self._root.tk.quit()
        elif self._waits:
            self._waits = False
        else:
            self._on_gui(self._close)

    def exit(self, error: SystemExit) -> None:
        """A callback has raised SystemExit.  It ends a program that waits for its windows, and nothing else."""
        if self._waits:
            self._exit = error
            self._waits = False
        else:
            report_exception()

    def _dialog(self, root: Any) -> None:
        self._nested += 1
        try:
            _native_loop(root)
        finally:
            self._nested -= 1

    def _close(self) -> None:
        for _, roots in self._running:
            for root in roots:
                if exists(root):
                    root.destroy()
        self._running.clear()

    def _keep(self, frame: FrameType) -> None:
        if not self._running:
            self._root.after(_LOOK, self._look)
        known = [root for _, roots in self._running for root in roots]
        self._running.append((frame, [root for root in self._root.programs() if root not in known]))

    def _look(self) -> None:
        """Let go of the programs that have no window any more."""
        self._running = [each for each in self._running if any(map(exists, each[1]))]
        if self._running:
            self._root.after(_LOOK, self._look)

    def _wait(self) -> None:
        """Process events until the last window is closed, a program says quit(), or Ctrl-C is pressed."""
        self._waits = True
        given_up: list[None] = []

        def look() -> None:
            if self._given_up():
                given_up.append(None)
            else:
                self._root.after(_GIVE_UP, look)

        look()
        while self._waits and not given_up and (self._root.programs() or self._root.shown()):
            self._root.tk.dooneevent(0)
        self._waits = False
        if given_up:
            raise KeyboardInterrupt
        error, self._exit = self._exit, None
        if error is not None:
            raise error


def _through_tkinter(turtle: Any) -> None:
    """Have turtle, which calls the interpreter's own mainloop(), call tkinter's."""
    turtle.TurtleScreenBase.mainloop = lambda self: self.cv.mainloop()


def exists(widget: Any) -> bool:
    """Whether the widget was not destroyed yet.  On the GUI thread."""
    try:
        return bool(widget.winfo_exists())
    except tkinter.TclError:  # its whole interpreter was
        return False

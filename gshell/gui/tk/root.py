"""The main window of the shell's own Tcl interpreter: it never appears, and all that is Tk's belongs to its thread."""

from __future__ import annotations

import ctypes
import sys
import tkinter
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from gshell.imports import when_imported
from gshell.native_threads import get_ident


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
        self._thread = get_ident()
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
        return get_ident() == self._thread

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


def exists(widget: Any) -> bool:
    """Whether the widget was not destroyed yet.  On the GUI thread."""
    try:
        return bool(widget.winfo_exists())
    except tkinter.TclError:  # its whole interpreter was
        return False

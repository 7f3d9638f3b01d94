"""Exceptions that nobody has caught: in a slot, in another callback, in a thread of the user's."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from gshell import reserve
from gshell.settings import Settings
from gshell.shell.breakpoints import was_quit
from gshell.shell.exit import last_words
from gshell.shell.last_exception import remember
from gshell.shell.tracebacks import print_exception
from gshell.streams import show
from gshell.threads.async_exc import Abandoned

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


class Uncaught:
    """Shows them, by the hooks of sys and threading; no session ends by one."""

    def __init__(self, settings: Settings, unraisable: Callable[[UnraisableHookArgs], None]) -> None:
        """`unraisable` becomes sys.unraisablehook."""
        self._settings = settings
        self._unraisable = unraisable

    def install(self) -> None:
        """Set the hooks.  Once, at start."""
        sys.excepthook = self._show
        threading.excepthook = self._show_in_thread
        sys.unraisablehook = self._unraisable

    def repair(self) -> None:
        """Set the hooks again that are Python's own (users reset them that way), or can't be called.  In the worker.

        PyQt5 aborts the process after an exception in a slot if it finds Python's own sys.excepthook.
        """
        hook = getattr(sys, "excepthook", None)
        if hook is sys.__excepthook__ or not callable(hook):
            sys.excepthook = self._show
        if not callable(getattr(threading, "excepthook", None)):
            threading.excepthook = self._show_in_thread
        if not callable(getattr(sys, "unraisablehook", None)):
            sys.unraisablehook = self._unraisable

    def _show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """sys.excepthook.  From any thread."""
        if isinstance(error, MemoryError):
            reserve.release()
        if isinstance(error, SystemExit):  # what it ends in plain Python, is the shell here
            last_words(error)
        elif not isinstance(error, Abandoned) and not was_quit(error):
            remember(error.with_traceback(trace))
            print_exception(error, sys.stderr, self._settings)

    def _show_in_thread(self, args: threading.ExceptHookArgs) -> None:
        """threading.excepthook: in a thread of the user's.  SystemExit ends one without a word."""
        error = args.exc_value
        if error is not None and not isinstance(error, SystemExit) and not was_quit(error):
            name = args.thread.name if args.thread is not None else "unknown"
            show(f"Exception in thread {name}:", file=sys.stderr)
            self._show(args.exc_type, error, args.exc_traceback)

"""The OS main thread: it runs what other threads ask for, and a toolkit's event loop once one is wanted."""

from __future__ import annotations

import _thread
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

from gshell.gui.toolkit import Toolkit, ToolkitUnavailable
from gshell.threads.gate import Gate
from gshell.threads.interrupt import Interrupts, interruptible, protected

GRACE = 1.0
"""Seconds that an interrupted call(), already being carried out on the GUI thread, has to end."""

T = TypeVar("T")


class GuiThread:
    """The OS main thread.  Made there; run() is its main loop."""

    def __init__(self, gate: Gate, interrupts: Interrupts) -> None:
        self.toolkit: Toolkit | None = None
        """The toolkit whose event loop runs, once one is started."""
        self.no_toolkit = ""
        """Why there is none, if it was tried: one line for the user."""
        self.gone = False
        """Whether this is a forked child, which has no GUI thread."""
        self.on_start: Callable[[Toolkit], None] = lambda toolkit: None
        """Called with the toolkit when it has been started, on the GUI thread."""
        self._gate = gate
        self._interrupts = interrupts
        self._backends: Collection[str] = ()
        self._factory: Callable[[Callable[[], None]], Toolkit] | None = None
        self.ident = threading.get_ident()
        """The thread's ident, as in threading."""
        self._native_id = threading.get_native_id()
        self._tasks: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._quit = False

    def run(self) -> None:
        """Run until quit().  On the OS main thread."""
        self.assert_here()
        while not self._quit:
            if self.toolkit is None:
                self._do(self._tasks.get())
            else:
                self.toolkit.run()

    def after_fork(self) -> None:
        """In a forked child: there is no GUI thread here."""
        self.gone = True
        self._backends = ()

    def quit(self) -> None:
        """End run().  From any thread."""

        def end() -> None:
            self._quit = True
            if self.toolkit is not None:
                self.toolkit.quit()

        self.post(end)

    def use(self, factory: Callable[[Callable[[], None]], Toolkit], backends: Collection[str]) -> None:
        """Set the toolkit to start when one is wanted: a function that imports and makes it, and the names of
        matplotlib's backends that mean it."""
        self._factory = factory
        self._backends = backends

    def serves(self, backend: str) -> bool:
        """Whether matplotlib's `backend` (its name, in any case) means this toolkit."""
        return backend.lower() in self._backends

    def start_toolkit(self) -> Toolkit | None:
        """Start the toolkit if that has not been done; return it, or None if there is none.  From any thread."""
        if self.toolkit is None and not self.no_toolkit:
            self.call(self._start_toolkit)
        return self.toolkit

    def _start_toolkit(self) -> None:
        if self._factory is None or self.toolkit is not None or self.no_toolkit:
            return
        try:
            toolkit = self._factory(self._drain)
        except ToolkitUnavailable as error:
            self.no_toolkit = str(error)
        else:
            toolkit.let_go_in_nested_loops(self._gate.released)
            self.toolkit = toolkit
            self.on_start(toolkit)
            toolkit.wake()

    def post(self, function: Callable[[], object]) -> None:
        """Run `function()` on the GUI thread, soon.  From any thread; an exception goes to sys.excepthook."""
        if self.gone:
            return
        self._tasks.put(function)
        if self.toolkit is not None:
            self.toolkit.wake()

    @protected
    def call(self, function: Callable[[], T]) -> T:
        """Run `function()` on the GUI thread; wait; return its result or raise its exception.

        From any thread.  Ctrl-C while the worker waits: if the function has not begun it never will, and
        KeyboardInterrupt is raised.  If it has, it gets a second to end (what it made would be lost otherwise), and the
        exception is raised in the caller's next line.
        """
        if self.is_here():
            return function()
        if self.gone:
            raise RuntimeError("the GUI thread is not in this process, a forked child")
        call = _Call(function)
        self.post(call.run)
        with self._gate.waiting():
            try:
                call.wait()
            except KeyboardInterrupt:
                if call.cancel() or not (call.ended or call.done.acquire(timeout=GRACE)):
                    raise
                self._interrupts.keep()
        return call.result()

    def is_here(self) -> bool:
        """Whether the calling thread is the GUI thread."""
        return threading.get_native_id() == self._native_id

    def assert_here(self) -> None:
        """Raise AssertionError in any other thread: a GUI call there would crash the process."""
        assert self.is_here(), f"this runs on the GUI thread only, not in {threading.current_thread().name}"

    def _drain(self) -> None:
        """Run all that was posted until now."""
        for _ in range(self._tasks.qsize()):
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:  # a nested event loop has run it
                return
            self._do(task)

    def _do(self, task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException:
            report_exception()


def report_exception() -> None:
    """Show the exception that is being handled, which nobody else catches, as sys.excepthook does."""
    kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    try:
        sys.excepthook(kind, error, trace)
    except BaseException:  # the hook is the user's, and may be broken
        traceback.print_exception(error)


class _Call(Generic[T]):
    """A function on its way to the GUI thread and its result on the way back."""

    def __init__(self, function: Callable[[], T]) -> None:
        self.done = _thread.allocate_lock()
        self.done.acquire()
        self.ended = False  # set before `done` is released, which can be taken only once
        self._function = function
        self._begin: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._begin.put(None)
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        if not self.cancel():
            return
        try:
            self._result = self._function()
        except BaseException as error:
            self._error = error
        self.ended = True
        self.done.release()

    def cancel(self) -> bool:
        """True for the first caller: the one that may decide whether the function runs."""
        try:
            self._begin.get_nowait()
        except queue.Empty:
            return False
        return True

    @interruptible
    def wait(self) -> None:
        self.done.acquire()

    def result(self) -> T:
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # the traceback holds this frame
        result: T = self._result
        return result

"""The OS main thread: it runs what other threads ask for, and a toolkit's event loop once one is wanted."""

from __future__ import annotations

import _thread
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from gshell.gui.display import why_no_display
from gshell.gui.toolkit import Toolkit, ToolkitUnavailable
from gshell.threads.async_exc import raise_in_thread
from gshell.threads.gate import Gate
from gshell.threads.interrupts import Interrupts
from gshell.threads.protection import interruptible, protected
from gshell.threads.wakeup import SLICE

TOO_LONG = 0.3
"""Seconds after which Ctrl-C ends the user's code on the GUI thread."""
GRACE = 1.0
"""Seconds that an interrupted call(), already being carried out on the GUI thread, has to end."""

RETRY = 0.002
"""Seconds until refused work asks again."""

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
        self.collect_soon: Callable[[], None] = lambda: None
        """Asks for a full garbage collection soon.  From any thread."""
        self._gate = gate
        self._interrupts = interrupts
        self.toolkit_name = ""
        """That of the toolkit to start, as on the command line."""
        self._factory: Callable[[Callable[[], None]], Toolkit] | None = None
        self.ident = threading.get_ident()
        """The thread's ident, as in threading."""
        self._native_id = threading.get_native_id()
        self._tasks: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._quit = False
        self._since: float | None = None  # when the user's code that runs here was begun
        self._broken: float | None = None  # the same, of the one that was broken off last
        self._aside: float | None = None  # the same, of the one that waits for events in aside()
        self._interrupted: float | None = None  # the same, if that is to be broken off
        self.given_up = False
        """Whether Ctrl-C was pressed in the command that waits for what runs here."""

    def run(self) -> None:
        """Run until quit().  On the OS main thread."""
        self.assert_here()
        while not self._quit:
            if self.toolkit is None:
                self._do(self._tasks.get())
            else:
                self.toolkit.run()
                if not self._quit and (reason := why_no_display()):
                    self._lose_toolkit(reason)

    def _lose_toolkit(self, reason: str) -> None:
        """The display is gone, and all windows with it; the session goes on.

        (Where the toolkit lets it.  Qt 6 gives up its event loop, again and again; others end the process.)
        """
        self.toolkit = None
        self.no_toolkit = f"the windows are gone ({reason}); %matplotlib agg draws off-screen"
        print(self.no_toolkit, file=sys.stderr)

    def after_fork(self) -> None:
        """In a forked child: there is no GUI thread here."""
        self.gone = True

    def quit(self) -> None:
        """End run().  From any thread."""

        def end() -> None:
            self._quit = True
            if self.toolkit is not None:
                self.toolkit.quit()

        self.post(end)

    def use(self, name: str, factory: Callable[[Callable[[], None]], Toolkit]) -> None:
        """Set the toolkit to start when one is wanted: its name, and a function that imports and makes it."""
        self.toolkit_name = name
        self._factory = factory

    @property
    def has_toolkit(self) -> bool:
        """Whether there is a toolkit, or may be one when it is wanted."""
        return self._factory is not None and not self.no_toolkit and not self.gone

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
            toolkit.let_go_in_nested_loops(self._nested_loop, lambda: self._interrupts.pending)
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
        exception is raised in the caller's next line (without the main-thread role: at once, and its result is lost).
        """
        if self.is_here():
            return function()
        if self.gone:
            raise RuntimeError("the GUI thread is not in this process, a forked child")
        call = _Call(function)
        with self._gate.waiting():
            self.post(call.run if self._gate.is_worker() else lambda: self._in_turn(call.run))
            try:
                call.wait()
            except KeyboardInterrupt:
                if call.cancel() or not self._interrupts.role or not self._ends(call):
                    raise
                if not call.was_interrupted:  # that is the same Ctrl-C, by break_off()
                    self._interrupts.keep()
        return call.result()

    def _ends(self, call: _Call[T]) -> bool:
        """Whether an interrupted call comes to its end soon.  In its caller."""
        self.given_up = True
        try:
            # Counted, not timed: while the machine stalls, the call gets no time either.
            for _ in range(round((TOO_LONG + GRACE) / SLICE)):
                if call.ended or call.done.acquire(timeout=SLICE):
                    break
                self.break_off()
            return call.ended
        finally:
            self.given_up = False

    def run_users(self, function: Callable[[], T]) -> T:
        """Run code of the user's, which Ctrl-C may end.  On the GUI thread."""
        self.assert_here()
        outer, self._since = self._since, time.monotonic()
        try:
            return function()
        finally:
            self._since = outer

    def break_off(self) -> None:
        """Ctrl-C: end the user's code that runs here, if it takes too long.  From any thread.

        It must be far into its work: an exception that lands a moment after it would hit our own code.
        """
        long_ago = time.monotonic() - TOO_LONG
        since, aside = self._since, self._aside
        if since is not None and since != self._broken and since < long_ago:
            self._broken = since
            raise_in_thread(self.ident, KeyboardInterrupt)
        elif aside is not None and aside != self._broken and aside < long_ago:
            self._broken = self._interrupted = aside

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The user's code that runs here (if it does) has us handle events, and the worker go on, meanwhile.

        What is done then is ours, or other code of the user's: Ctrl-C breaks off the first when that has ended.
        """
        outer = self._since, self._aside
        self._since, self._aside = None, self._aside if self._since is None else self._since
        try:
            with self._gate.released():
                yield
        finally:
            self._since, self._aside = outer
        if self._interrupted is not None and self._interrupted in outer:
            self._interrupted = None
            raise KeyboardInterrupt

    @contextmanager
    def _nested_loop(self) -> Iterator[None]:
        """An event loop inside the one that runs (a dialog): other code than the one that has opened it runs."""
        outer, self._since = self._since, None
        try:
            with self._gate.released():
                yield
        finally:
            self._since = None if outer is None else time.monotonic()

    def _in_turn(self, task: Callable[[], object]) -> None:
        """Run what another thread than the worker has asked for, when the worker stands still: it may use artists."""
        if self.toolkit is None:
            task()
        elif self._gate.enter():
            try:
                task()
            finally:
                self._gate.leave()
        else:
            self.toolkit.later(RETRY, lambda: self._do(lambda: self._in_turn(task)))

    def assert_widget_thread(self, what: str) -> None:
        """Raise RuntimeError in any other thread than this, where the widget `what` is about to be made."""
        if not (self.is_here() or self.gone):
            raise RuntimeError(
                f"a {what} can be made on the GUI thread only: run the script by `run --gui-thread`, the cell with "
                "%%gui in its first line, or the function by gshell.on_gui(function)"
            )

    def may_plot_here(self) -> bool:
        """Whether the calling thread may use figures with a window: not one of the user's own."""
        return self._gate.is_worker() or self.is_here() or self.gone

    def assert_plotting_thread(self, what: str) -> None:
        """Raise RuntimeError in a thread of the user's own, which can't be stopped while a figure is drawn.

        `what` it was about to do is in the message.
        """
        if not self.may_plot_here():
            raise RuntimeError(
                f"{what} in the thread {threading.current_thread().name!r}: matplotlib is not thread-safe, and figures "
                "with a window belong to the main thread.  Have it done there by gshell.on_gui(function), or hand the "
                "data to the main thread through a queue"
            )

    @property
    def busy(self) -> bool:
        """Whether a command of the user's runs, or is about to.  From any thread."""
        return self._interrupts.busy

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

    @property
    def was_interrupted(self) -> bool:
        """Whether the function has raised KeyboardInterrupt."""
        return isinstance(self._error, KeyboardInterrupt)

    @interruptible
    def wait(self) -> None:
        while not self.done.acquire(timeout=SLICE):
            pass

    def result(self) -> T:
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # the traceback holds this frame
        result: T = self._result
        return result

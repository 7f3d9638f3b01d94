"""The OS main thread: it runs what other threads ask for, and a toolkit's event loop once one is wanted."""

from __future__ import annotations

import os
import sys
from _queue import Empty, SimpleQueue
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import current_thread, get_native_id
from typing import NoReturn, TypeVar

from gshell.gui.call import Call, Running
from gshell.gui.called_code import CalledCode
from gshell.gui.choose import Toolkit
from gshell.gui.event_loop import EventLoop, ToolkitUnavailable
from gshell.gui.garbage import Garbage
from gshell.gui.gil import get_the_gil_soon
from gshell.gui.interruptions import Interruptions
from gshell.gui.share import Share
from gshell.gui.system_exit import stay_after_system_exit
from gshell.gui.uncaught import report_exception
from gshell.gui.user_code import TOO_LONG, UserCode
from gshell.gui.x11_death import when_server_dies
from gshell.native_threads import get_ident
from gshell.own_imports import for_user
from gshell.threads.async_exc import raise_in_thread
from gshell.threads.gate import Gate
from gshell.threads.protection import protected
from gshell.threads.wakeup import SLICE

GRACE = 1.0
"""Seconds that an interrupted call(), already being carried out on the GUI thread, has to end."""

T = TypeVar("T")


class GuiThread:
    """The OS main thread.  Made there; run() is its main loop.  It is the Host of the toolkit's event loop."""

    def __init__(
        self,
        gate: Gate,
        interruptions: Interruptions,
        *,
        programs_block: bool,
        leave: Callable[[], NoReturn] = lambda: os._exit(1),
    ) -> None:
        """`programs_block`: see Host.  `leave()` ends the process where run() can't return, see display_lost()."""
        self.programs_block = programs_block
        self.no_toolkit = ""
        """Why there is no toolkit, if it was tried: one line for the user."""
        self.gone = False
        """Whether there is no GUI thread that could be asked: this is a forked child, or the display was lost."""
        self._leave = leave
        self._gate = gate
        self._interruptions = interruptions
        self._toolkit: Toolkit | None = None  # to be started when one is wanted
        self._loop: EventLoop | None = None  # once it is
        self._ident, self._native_id = get_ident(), get_native_id()
        self._tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._quit = False
        self._user_code = UserCode(lambda: raise_in_thread(self._ident, KeyboardInterrupt))
        self._called_code = CalledCode(self._ident, self._user_code.press)
        self._running = Running()
        self._share = Share(gate)
        self._garbage = Garbage()

    def run(self) -> None:
        """Run until quit().  On the OS main thread."""
        self.assert_here()
        while not self._quit:
            if self._loop is None:
                self._do(self._tasks.get())
            else:
                self._loop.run()
                if not self._quit and self._toolkit and (reason := self._toolkit.why_no_display()):
                    self._lose_toolkit(reason)
        stay_after_system_exit(False)

    def _lose_toolkit(self, reason: str) -> None:
        """The display is gone.  Nobody asks for a call of the toolkit's any more: that would be the process's end."""
        if self._loop is not None:
            self._garbage.keep(self._loop.is_native)
        self._loop = None
        self.gone = True
        self.no_toolkit = f"the windows are gone ({reason}): figures are drawn off-screen and can be saved"
        print(self.no_toolkit, file=sys.stderr)
        self._running.fail(self.no_toolkit)

    def display_lost(self, reason: str) -> NoReturn:
        """The display is gone, and the toolkit's next step is exit(): go on in here, as run() does, to the very end."""
        while not self._quit:
            with suppress(KeyboardInterrupt), self.nested_loop():  # one that was for what this thread was doing
                if not self.gone:
                    self._lose_toolkit(reason)
                while not self._quit:
                    self._do(self._tasks.get())
        self._leave()

    def after_fork(self) -> None:
        """In a forked child: there is no GUI thread here."""
        self.gone = True

    def quit(self) -> None:
        """End run().  From any thread."""

        def end() -> None:
            self._quit = True
            if self._loop is not None:
                self._loop.quit()

        self._put(end)

    # The toolkit.

    def use(self, toolkit: Toolkit) -> None:
        """Set the toolkit to start when one is wanted.  Once, before anybody wants it."""
        self._toolkit = toolkit

    @property
    def toolkit_name(self) -> str:
        """The toolkit's name, as on the command line; empty if there is none."""
        return self._toolkit.name if self._toolkit is not None else ""

    @property
    def has_toolkit(self) -> bool:
        """Whether there is a toolkit, or may be one when it is wanted."""
        return self._toolkit is not None and not self.no_toolkit and not self.gone

    @property
    def runs_toolkit(self) -> bool:
        """Whether the toolkit has been started."""
        return self._loop is not None

    def start_toolkit(self) -> EventLoop | None:
        """Start the toolkit if that has not been done; its event loop, or None if there is none.  From any thread."""
        if self._loop is None and not self.no_toolkit:
            self.call(self._start_toolkit)
        return self._loop

    def _start_toolkit(self) -> None:
        if self._toolkit is None or self._loop is not None or self.no_toolkit:
            return
        try:
            loop = self._toolkit.make_event_loop(self)
        except ToolkitUnavailable as error:
            self.no_toolkit = str(error)
        else:
            self._loop = loop
            self._garbage.collect_here(self.call, loop.every)
            get_the_gil_soon()
            stay_after_system_exit(True)
            if self._toolkit.needs_display:
                when_server_dies(lambda: self.display_lost("the display has closed its connection"))
            loop.wake()

    def collect_soon(self) -> None:
        """Ask for a full garbage collection soon.  From any thread."""
        self._garbage.ask()

    # Functions for this thread.

    def post(self, function: Callable[[], object]) -> None:
        """Run `function()` on the GUI thread, soon.  From any thread; an exception goes to sys.excepthook."""
        if not self.gone:
            self._put(lambda: None if self.gone else function())  # the display may be lost before its turn comes

    def _put(self, task: Callable[[], object]) -> None:
        self._tasks.put(task)
        # A finalizer may still ask for something when the process ends, and the toolkit's own objects have gone.
        if (loop := self._loop) is not None and not self._quit:
            loop.wake()

    def drain(self) -> None:
        """Run all that was posted until now."""
        self.assert_here()
        for _ in range(self._tasks.qsize()):
            try:
                task = self._tasks.get_nowait()
            except Empty:  # a nested event loop has run it
                return
            self._do(task)

    def _do(self, task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException:
            report_exception()

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
            raise RuntimeError(self.no_toolkit or "the GUI thread is not in this process, a forked child")
        call = Call(function)
        with self._gate.waiting():
            if self._gate.is_worker():
                self._put(lambda: self._running.run(call))
            else:
                self._put(lambda: self._run_in_turn(call))
            try:
                call.wait()
            except KeyboardInterrupt:
                if call.cancel() or not self._interruptions.role or not self._ends(call):
                    raise
                if not call.was_interrupted:  # that is the same Ctrl-C, by break_off()
                    self._interruptions.keep()
        return call.result()

    def _run_in_turn(self, call: Call[T]) -> None:
        """The same for another thread than the worker: when the worker stands still, since it may use artists."""
        if (loop := self._loop) is None:
            self._running.run(call)
            return
        with self._share.turn() as wait:
            if not wait:
                self._running.run(call)
        if wait:
            self._running.put_off(call)
            loop.later(wait, lambda: self._do(lambda: self._run_in_turn(call)))

    def _ends(self, call: Call[T]) -> bool:
        """Whether an interrupted call comes to its end soon.  In its caller."""
        call.give_up()
        # Counted, not timed: while the machine stalls, the call gets no time either.
        for _ in range(round((TOO_LONG + GRACE) / SLICE)):
            if call.ends_soon():
                return True
            self.break_off()
        return False

    # The user's code, and event loops within it.

    @for_user
    def run_users(self, function: Callable[[], T]) -> T:
        """Run code of the user's, which Ctrl-C may end.  On the GUI thread."""
        self.assert_here()
        return self._user_code.run(function)

    def break_off(self) -> None:
        """Ctrl-C: end the user's code that runs here, if it takes too long.  From any thread."""
        self._called_code.press()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The user's code that runs here (if it does) has us handle events, and the worker go on, meanwhile.

        On the GUI thread.  Raises the KeyboardInterrupt that was due for that code, afterwards.
        """
        self.assert_here()
        with self._user_code.aside(), self._gate.released():
            yield

    @contextmanager
    def nested_loop(self) -> Iterator[None]:
        """An event loop inside the one that runs (a dialog), and other code than its opener's.  On the GUI thread."""
        self.assert_here()
        with self._user_code.nested_loop(), self._gate.released():
            yield

    @property
    def given_up(self) -> bool:
        """Whether Ctrl-C was pressed in a command that waits for what runs here.  On the GUI thread."""
        return self._running.given_up

    @property
    def interrupted(self) -> bool:
        """Whether KeyboardInterrupt is due in the worker.  From any thread."""
        return self._interruptions.pending

    @property
    def busy(self) -> bool:
        """Whether a command of the user's runs, or is about to.  From any thread."""
        return self._interruptions.busy

    # Which thread this is.

    def is_here(self) -> bool:
        """Whether the calling thread is the GUI thread."""
        return get_native_id() == self._native_id

    def assert_here(self) -> None:
        """Raise AssertionError in any other thread: a GUI call there would crash the process."""
        assert self.is_here(), f"this runs on the GUI thread only, not in {current_thread().name}"

    def assert_widget_thread(self, what: str) -> None:
        """Raise RuntimeError in any other thread than this, where the widget `what` is about to be made."""
        if not (self.is_here() or (self.gone and not self.no_toolkit)):
            raise RuntimeError(
                f"a {what} can be made on the GUI thread only: run the script by `run --gui-thread`, the cell with "
                "%%gui in its first line, or the function by gshell.on_gui(function)"
            )

"""Work of the GUI thread that touches artists waits here for its turn at the gate."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable

from gshell.gui.thread import GuiThread, report_exception
from gshell.gui.toolkit import Toolkit
from gshell.threads.gate import Gate
from gshell.threads.interrupt import raise_in_thread

TOO_LONG = 0.3
"""Seconds after which Ctrl-C ends a piece of work."""
RETRY = 0.002
"""Seconds until a refused piece of work asks again."""

Work = Callable[[], object]


class Turns:
    """A queue of work that is done on the GUI thread, in order, each piece under the gate.

    Mouse and key events, resizes, toolbar buttons, timers and the user's callbacks come here.  While the worker is
    inside matplotlib they wait; none is lost, but of several pieces in a row with the same `only_last` key only the
    last is kept (mouse motion).
    """

    def __init__(self, gui: GuiThread, toolkit: Toolkit, gate: Gate) -> None:
        self._gui = gui
        self._toolkit = toolkit
        self._gate = gate
        self._queue: deque[tuple[Hashable | None, Work]] = deque()
        self._retrying = False
        self._since: float | None = None  # when the piece of work that is being done was begun

    def add(self, work: Work, only_last: Hashable | None = None) -> None:
        """Do `work()` when its turn comes: now, if the gate lets it.  On the GUI thread."""
        self._gui.assert_here()
        if self._gate.entered:
            work()  # a part of what has its turn now
            return
        if only_last is not None and self._queue and self._queue[-1][0] == only_last:
            self._queue.pop()
        self._queue.append((only_last, work))
        if not self._retrying:
            self._go()

    def break_off(self) -> None:
        """Ctrl-C: end a callback of the user's that takes too long.  From any thread.

        It must be far into its work: an exception that lands a moment after it would hit our own code.
        """
        since = self._since
        if since is not None and time.monotonic() - since > TOO_LONG:
            raise_in_thread(self._gui.ident, KeyboardInterrupt)

    def _go(self) -> None:
        self._retrying = False
        while self._queue:
            if not self._gate.enter():
                self._retrying = True
                self._toolkit.later(RETRY, self._go)
                return
            try:
                self._since = time.monotonic()
                self._queue.popleft()[1]()
            except BaseException:  # SystemExit too: it ends a script, and there is none here
                report_exception()
            finally:
                self._since = None
                self._gate.leave()

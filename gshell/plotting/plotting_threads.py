"""Which threads may use figures that have a window: not those of the user's own, which can't be parked."""

from __future__ import annotations

import threading

from gshell.gui.thread import GuiThread
from gshell.threads.gate import Gate


class PlottingThreads:
    """The threads that may: the worker and the GUI thread."""

    def __init__(self, gui: GuiThread, gate: Gate) -> None:
        self._gui = gui
        self._gate = gate

    def may_plot(self) -> bool:
        """Whether the calling thread may use figures with a window."""
        return self._gate.is_worker() or self._gui.is_here() or self._gui.gone

    def assert_may_plot(self, what: str) -> None:
        """Raise RuntimeError in any other thread.  `what` it was about to do is in the message."""
        if not self.may_plot():
            raise RuntimeError(
                f"{what} in the thread {threading.current_thread().name!r}: matplotlib is not thread-safe, and figures "
                "with a window belong to the main thread.  Have it done there by gshell.on_gui(function), or hand the "
                "data to the main thread through a queue"
            )

"""What the classes of the thread-safe backend share."""

from __future__ import annotations

from _queue import SimpleQueue
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.figure import Figure

from gshell.gui.event_loop import EventLoop
from gshell.gui.thread import GuiThread
from gshell.plotting.kit import FigureKit
from gshell.plotting.places import Places
from gshell.plotting.plotting_threads import PlottingThreads
from gshell.plotting.rc_context import OutermostParameters
from gshell.plotting.reopening import ClosedFigures
from gshell.plotting.turns import Turns
from gshell.threads.gate import Gate


class BackendState:
    """What they share; one in a process."""

    def __init__(
        self,
        gui: GuiThread,
        loop: EventLoop,
        kit: FigureKit[Any, Any, Any],
        gate: Gate,
        parameters: OutermostParameters,
        blocking_show: Callable[[], bool],
    ) -> None:
        self.gui = gui
        self.loop = loop
        self.kit = kit
        self.gate = gate
        self.parameters = parameters
        self.threads = PlottingThreads(gui, gate)
        self.turns = Turns(gui, loop, kit, gate)
        self.places = Places(kit)
        self.blocking_show = blocking_show
        """Whether show() blocks if the user does not say (and interactive mode is off)."""
        self.closed: SimpleQueue[None] = SimpleQueue()
        """Receives something whenever a figure is closed."""
        self.closed_figures: WeakSet[Figure] = WeakSet()
        """Those that were closed in this command or before it, and still exist."""
        self.closed_by_hand = ClosedFigures()
        """Those that `figure(number)` brings back."""
        self.live_figures: WeakSet[Figure] = WeakSet()
        """Those that have, or had, a window."""
        self.new_canvases: WeakSet[FigureCanvasBase] = WeakSet()
        """Those that were made in the command that runs."""
        self.of_main_program: WeakSet[FigureManagerBase] = WeakSet()
        """Those that code of the prompt's or of a script has made, and not a module."""
        self.unseen: WeakSet[FigureManagerBase] = WeakSet()
        """Those that nobody has shown yet."""
        self._clicked: FigureManagerBase | None = None  # becomes the current one when the command has ended

    def click(self, manager: FigureManagerBase) -> None:
        """The user has clicked on a figure in the middle of a command.  On the GUI thread."""
        self._clicked = manager

    def take_clicked(self) -> FigureManagerBase | None:
        """The figure that was clicked on last, in the command that has ended; None if none was.  In the worker."""
        clicked, self._clicked = self._clicked, None
        return clicked

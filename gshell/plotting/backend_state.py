"""What the classes of the thread-safe backend share."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakSet

from gshell.gui.thread import GuiThread
from gshell.gui.toolkit import Toolkit
from gshell.plotting.places import Places
from gshell.plotting.rc_context import OutermostParameters
from gshell.plotting.turns import Turns
from gshell.threads.gate import Gate

if TYPE_CHECKING:
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.figure import Figure


class Context:
    """What they share; one in a process."""

    def __init__(
        self,
        gui: GuiThread,
        toolkit: Toolkit,
        gate: Gate,
        parameters: OutermostParameters,
        blocking_show: Callable[[], bool],
    ) -> None:
        self.gui = gui
        self.toolkit = toolkit
        self.gate = gate
        self.parameters = parameters
        self.turns = Turns(gui, toolkit, gate)
        self.places = Places(toolkit)
        self.clicked: FigureManagerBase | None = None
        """The figure that becomes the current one when the command has ended: the user has clicked on it."""
        self.blocking_show = blocking_show
        """Whether show() blocks if the user does not say (and interactive mode is off)."""
        self.closed: queue.SimpleQueue[None] = queue.SimpleQueue()
        """Receives something whenever a figure is closed."""
        self.closed_figures: WeakSet[Figure] = WeakSet()
        """Those that were closed in this command or before it, and still exist."""
        self.live_figures: WeakSet[Figure] = WeakSet()
        """Those that have, or had, a window."""
        self.unseen: WeakSet[FigureManagerBase] = WeakSet()
        """Those that nobody has shown yet."""

"""The figures of a toolkit: one half of a toolkit.  The other, its event loop, is in gui/event_loop.py.

Nothing here asks for a window system.  Figures in a browser have a canvas, a manager and a toolbar of matplotlib's too;
they have no place on a screen, and leave the methods about that as they are here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from matplotlib.backend_bases import (
    FigureCanvasBase,
    FigureManagerBase,
    NavigationToolbar2,
    TimerBase,
    ToolContainerBase,
)

from gshell.gui.event_loop import EventLoop

Geometry = tuple[int, int, int, int]
"""Of a window: x and y of its frame on the screen, width and height without the frame; in the toolkit's pixels."""

C = TypeVar("C", bound=FigureCanvasBase)
M = TypeVar("M", bound=FigureManagerBase)
L = TypeVar("L", bound=EventLoop)

Wrap = Callable[[Callable[..., object]], Callable[..., None]]
"""What makes a function of one that waits for its turn."""


class Frame(Protocol):
    """A finished picture of a figure: a C-contiguous buffer of shape (height, width, 4), RGBA, 8 bits each."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width, 4), in physical pixels."""

    @property
    def data(self) -> memoryview:
        """The pixels."""


@dataclass(frozen=True)
class CanvasEvent:
    """A method of matplotlib's canvas that the toolkit calls when something has happened, and that touches artists.

    So it waits for its turn, and the toolkit does not.
    """

    keep: Callable[..., tuple[object, ...]] = lambda canvas, *args: args
    """Called at once, with the canvas and the method's arguments; returns those that the method gets when its turn
    comes: copies of what the toolkit destroys or changes until then."""
    answer: object = None
    """What the toolkit is told at once."""
    is_motion: bool = False
    """It reports mouse motion, of which only the last counts."""
    is_resize: bool = False
    """It reports a new size."""


class FigureKit(ABC, Generic[C, M, L]):
    """What matplotlib's figures are made of with a toolkit.  Its methods are for the GUI thread, but for the first two.

    The classes are matplotlib's own, or derived from them with what has to be different.  Ours, which know about
    threads (canvas.py and its like), go before them.  There they find in

    - a canvas: `_gshell_frame`, the picture to show (a Frame; None before the first);
    - a manager: `gshell_closed(destroy)`, to be called when the user has closed the window, which may be gone by then.
      It has `destroy()` called in its turn: what matplotlib does about it, as a rule `Gcf.destroy(manager)`.
    """

    canvas: type[C]
    manager: type[M]
    toolbar: type[NavigationToolbar2] | None
    timer: type[TimerBase]
    """Its `_on_timer()` is called in its turn, and so is what it calls."""

    canvas_events: ClassVar[Mapping[str, CanvasEvent]]
    """By the name of the method."""
    canvas_reactions: ClassVar[tuple[str, ...]]
    """Methods of matplotlib's canvas that touch artists, and that the toolkit calls, or the worker.  Their arguments,
    if any, are of no importance."""
    canvas_posts: ClassVar[tuple[str, ...]]
    """Methods of the canvas by which matplotlib changes the widget from wherever it runs: done on the GUI thread, soon.
    Users know them, too."""

    def __init__(self, loop: L) -> None:
        """In the thread that imports matplotlib's backend."""
        self.loop = loop

    @abstractmethod
    def export(self, canvas: type[FigureCanvasBase], toolbar: type[NavigationToolbar2] | None) -> None:
        """Have programs that put figures into windows of their own find these classes in matplotlib's modules.

        In the thread that imports matplotlib's backend.
        """

    @abstractmethod
    def repaint(self, canvas: C) -> None:
        """Have the window show the canvas's `_gshell_frame`, which is new.

        What paints it copies that and nothing else: matplotlib's renderer may be half through a draw of the worker's.
        """

    @abstractmethod
    def show_busy(self, busy: bool) -> None:
        """Have figures say that an event has to wait, as a rule by the mouse cursor; or that none does any more."""

    @abstractmethod
    def exists(self, widget: C | ToolContainerBase) -> bool:
        """Whether the canvas, or a tool container, was not destroyed yet."""

    @abstractmethod
    def is_alive(self, canvas: C) -> bool:
        """Whether it exists and has a size."""

    @abstractmethod
    def destroy(self, manager: M) -> None:
        """Destroy the figure's window, and all that is in it."""

    @abstractmethod
    def destroy_timer(self, timer: Any) -> None:
        """Stop and destroy the `_timer` of one of our timers, which is gone."""

    # For some toolkits.

    def callbacks_in_turn(self, in_turn: Wrap) -> None:
        """Have what else calls the user's code or touches artists (dialogs, close events) wrapped in `in_turn()`.

        In the thread that imports matplotlib's backend.
        """

    def keep_focus_away(self, manager: M) -> None:
        """Have the window, when it appears, not take the keyboard from where it is."""

    def geometry(self, manager: M) -> Geometry | None:
        """Where the window is.  None: it is not on a screen, or fills it."""
        return None

    def place(self, manager: M, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        """Have the window appear there, if there still is a screen, and with this size if one is given."""

"""The protocol of a GUI toolkit: what the rest of the shell asks of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


class ToolkitUnavailable(Exception):
    """The toolkit can't be used here (not installed, no display); the message is one line for the user."""


Geometry = tuple[int, int, int, int]
"""Of a window: x and y of its frame on the screen, width and height without the frame; in the toolkit's pixels."""


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

    keep: Callable[..., tuple[Any, ...]] = lambda canvas, *args: args
    """Called at once, with the canvas and the method's arguments; returns those that the method gets when its turn
    comes: copies of what the toolkit destroys or changes until then."""
    answer: object = None
    """What the toolkit is told at once."""
    is_motion: bool = False
    """It reports mouse motion, of which only the last counts."""
    is_resize: bool = False
    """It reports a new size."""


class Unchanged:
    """No changes to a class of matplotlib's."""


class Toolkit(ABC):
    """A GUI toolkit on the OS main thread.  All methods but wake() and quit() are for that thread only.

    What a toolkit needs to have different in matplotlib's own classes is in `..._changes`: classes whose methods go
    before those of matplotlib's, and behind ours (gshell/plotting), which know about threads.  They find in

    - a canvas: `_gshell_frame`, the picture to show (a Frame; None before the first);
    - a manager: `gshell_closed(destroy)`, to be called when the user has closed the window, which may be gone by then.
      It has `destroy()` called in its turn: what matplotlib does about it, as a rule `Gcf.destroy(manager)`.

    Methods in `timer_changes` are called in their turn as well.
    """

    name: str
    """As on the command line: "qt"."""
    backend: str
    """The matplotlib backend that this toolkit's figures are made from: "qtagg"."""

    canvas_changes: ClassVar[type] = Unchanged
    manager_changes: ClassVar[type] = Unchanged
    toolbar_changes: ClassVar[type] = Unchanged
    timer_changes: ClassVar[type] = Unchanged
    canvas_events: ClassVar[Mapping[str, CanvasEvent]]
    """By the name of the method."""
    canvas_reactions: ClassVar[tuple[str, ...]]
    """Methods of matplotlib's canvas that touch artists, and that the toolkit calls, or the worker.  Their arguments,
    if any, are of no importance."""
    canvas_posts: ClassVar[tuple[str, ...]]
    """Methods of the canvas by which matplotlib changes the widget from wherever it runs: done on the GUI thread, soon.
    Users know them, too."""

    @abstractmethod
    def __init__(self, drain: Callable[[], None]) -> None:
        """Import the toolkit and make its application.

        `drain` runs the tasks that other threads have posted.  Raises ToolkitUnavailable.
        """

    @abstractmethod
    def run(self) -> None:
        """Run the event loop until quit()."""

    @abstractmethod
    def wake(self) -> None:
        """Have the event loop call `drain` soon.  From any thread."""

    @abstractmethod
    def quit(self) -> None:
        """End run().  From any thread."""

    @abstractmethod
    def every(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function()` every so many seconds, for good."""

    @abstractmethod
    def later(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function()` once, after so many seconds."""

    @abstractmethod
    def process_events(self) -> None:
        """Process the events that wait, and return."""

    @abstractmethod
    def show_busy(self, busy: bool) -> None:
        """Have the cursor over the windows say that the program is busy, or not any more."""

    @abstractmethod
    def let_go_in_nested_loops(self, released: Callable[[], Any], interrupted: Callable[[], bool]) -> None:
        """Have every event loop nested into this one (a dialog, say) run inside the context manager `released()`.

        One that user code runs in the worker ends when `interrupted()`.
        """

    @abstractmethod
    def host_programs(
        self, on_gui: Callable[[Callable[[], int]], int], given_up: Callable[[], bool], *, blocking: bool
    ) -> None:
        """Have programs of the user's that run their application's event loop find the one that runs.

        Theirs returns at once, or (`blocking`) when its last window is closed or `given_up()`; `on_gui(function)` runs
        a function on the GUI thread.
        """

    @abstractmethod
    def is_native(self, value: object) -> bool:
        """Whether `value` is an object of the toolkit's that only the GUI thread may touch."""

    @abstractmethod
    def is_native_method(self, value: object) -> bool:
        """Whether `value`, an attribute of a widget of matplotlib's, is a method of the toolkit's own: of those that
        matplotlib and we have written, we know which may be called from where.  From any thread, and often."""

    # The widgets of matplotlib's backend.

    @abstractmethod
    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        """Have the callbacks of matplotlib's dialogs that touch artists wrapped in `in_turn()`."""

    @abstractmethod
    def export(self, canvas: type, toolbar: type | None) -> None:
        """Have programs that put figures into windows of their own find these classes in matplotlib's modules."""

    @abstractmethod
    def repaint(self, canvas: Any) -> None:
        """Have the window show the canvas's `_gshell_frame`, which is new.

        What paints it copies that and nothing else: matplotlib's renderer may be half through a draw of the worker's.
        """

    @abstractmethod
    def keep_focus_away(self, manager: Any) -> None:
        """Have the window of a matplotlib figure manager appear without taking the keyboard from where it is."""

    @abstractmethod
    def geometry(self, manager: Any) -> Geometry | None:
        """Where the window is.  None: it is not on the screen, or fills it."""

    @abstractmethod
    def place(self, manager: Any, position: tuple[int, int], size: tuple[int, int] | None) -> None:
        """Have the window appear there, if there still is a screen, and with this size if one is given."""

    @abstractmethod
    def exists(self, canvas: Any) -> bool:
        """Whether the widget of matplotlib's `canvas` was not destroyed yet."""

    @abstractmethod
    def is_alive(self, canvas: Any) -> bool:
        """Whether it exists and has a size."""

    @abstractmethod
    def destroy(self, manager: Any) -> None:
        """Destroy the window of a matplotlib figure manager, and all that is in it."""

    @abstractmethod
    def destroy_timer(self, timer: Any) -> None:
        """Stop and destroy the `_timer` of a matplotlib timer of this toolkit."""

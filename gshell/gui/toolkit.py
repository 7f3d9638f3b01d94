"""The protocol of a GUI toolkit: what the rest of the shell asks of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol


class ToolkitUnavailable(Exception):
    """The toolkit can't be used here (not installed, no display); the message is one line for the user."""


class Frame(Protocol):
    """A finished picture of a figure: a C-contiguous buffer of shape (height, width, 4), RGBA, 8 bits each."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width, 4), in physical pixels."""

    @property
    def data(self) -> memoryview:
        """The pixels."""


class Toolkit(ABC):
    """A GUI toolkit on the OS main thread.  All methods but wake() and quit() are for that thread only."""

    name: str
    """As on the command line: "qt"."""
    backend: str
    """The matplotlib backend that this toolkit's figures are made from: "qtagg"."""
    canvas_events: ClassVar[Mapping[str, Callable[[Any], Any]]]
    """Methods of matplotlib's canvas that receive a toolkit event and touch artists, each with a function that
    copies the event, which the toolkit destroys when the method returns."""
    motion_event: str
    """The one of them that reports mouse motion, of which only the last counts."""

    canvas_reactions: ClassVar[tuple[str, ...]]
    """Methods of matplotlib's canvas without arguments that the toolkit calls and that touch artists."""

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
    def let_go_in_nested_loops(self, released: Callable[[], Any]) -> None:
        """Have every event loop nested into this one (a dialog, say) run inside the context manager `released()`."""

    # The widgets of matplotlib's backend.

    @abstractmethod
    def dialogs_in_turn(self, in_turn: Callable[[Callable[..., object]], Callable[..., None]]) -> None:
        """Have the callbacks of matplotlib's dialogs that touch artists wrapped in `in_turn()`."""

    @abstractmethod
    def paint(self, canvas: Any, frame: Frame | None, event: Any) -> None:
        """Answer the toolkit's paint `event` of matplotlib's `canvas` with a copy of `frame` (None: blank)."""

    @abstractmethod
    def is_alive(self, canvas: Any) -> bool:
        """Whether the widget of matplotlib's `canvas` still exists and has a size."""

    @abstractmethod
    def destroy(self, manager: Any) -> None:
        """Destroy the window of a matplotlib figure manager, and all that is in it."""

    @abstractmethod
    def destroy_timer(self, timer: Any) -> None:
        """Stop and destroy the `_timer` of a matplotlib timer of this toolkit."""

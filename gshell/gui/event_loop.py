"""A GUI toolkit's event loop: one half of a toolkit.  The other, its figures, is in plotting/kit.py.

Nothing here knows matplotlib, nor that there is a screen: a loop of asyncio's, behind windows in a browser, is one too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NoReturn, Protocol, TypeVar

T = TypeVar("T")


class ToolkitUnavailable(Exception):
    """The toolkit can't be used here (not installed, no display); the message is one line for the user."""


class Host(Protocol):
    """What an event loop, and the user's programs that find it running, ask of the GUI thread."""

    @property
    def programs_block(self) -> bool:
        """Whether a program's call that runs its event loop returns when its last window is closed, as in plain Python.

        False: at once, its windows are alive beside the prompt.
        """

    @property
    def given_up(self) -> bool:
        """Whether Ctrl-C was pressed in the command that waits for what runs now.  On the GUI thread."""

    @property
    def interrupted(self) -> bool:
        """Whether KeyboardInterrupt is due in the worker.  In the worker."""

    def drain(self) -> None:
        """Run the tasks that other threads have posted.  On the GUI thread."""

    def is_here(self) -> bool:
        """Whether the calling thread is the GUI thread."""

    def call(self, function: Callable[[], T], /) -> T:
        """Run a function on the GUI thread and return its result.  From any thread."""

    def display_lost(self, reason: str, /) -> NoReturn:
        """The display is gone, and the toolkit is about to end the process.  On the GUI thread.

        Does not return: the session goes on in here, without windows.
        """

    def nested_loop(self) -> AbstractContextManager[None]:
        """An event loop inside the one that runs (a dialog) goes in here: the worker goes on meanwhile.

        On the GUI thread.
        """


class EventLoop(ABC):
    """The event loop of a GUI toolkit, on the OS main thread.

    All methods are for that thread only, but for wake(), quit() and is_native_method().
    """

    @abstractmethod
    def __init__(self, host: Host) -> None:
        """Import the toolkit and make its application.  Raises ToolkitUnavailable.

        Every event loop nested into this one runs in `host.nested_loop()`; one that user code runs in the worker ends
        when `host.interrupted`.  The user's programs that run their application's event loop find the one that runs.
        """

    @abstractmethod
    def run(self) -> None:
        """Run the event loop until quit()."""

    @abstractmethod
    def wake(self) -> None:
        """Have the event loop call `host.drain()` soon.  From any thread."""

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
    def is_native(self, value: object) -> bool:
        """Whether `value` is an object of the toolkit's that only the GUI thread may touch."""

    @abstractmethod
    def is_native_method(self, value: object) -> bool:
        """Whether `value`, an attribute of a figure's widget, is a method of the toolkit's own.

        Of those that matplotlib and we have written, we know which may be called from where.  From any thread, and
        often.
        """

"""How methods of widgets get to the GUI thread: carried over, posted, or kept until their turn."""

from __future__ import annotations

import queue
import time
from _queue import SimpleQueue
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from types import new_class
from typing import Any, TypeVar

from gshell.gui.carried import carried
from gshell.plotting.backend_state import BackendState
from gshell.plotting.kit import CanvasEvent
from gshell.threads.protection import interruptible
from gshell.threads.wakeup import SLICE

T = TypeVar("T")
Method = Callable[..., Any]


class Live:
    """A widget of matplotlib's whose methods may be called from any thread."""

    _gshell_state: BackendState

    gshell_knows_threads = True  # affinity.KNOWS_THREADS

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        state = type(self)._gshell_state
        # What matplotlib and we have written knows about threads.  The toolkit's own methods don't.
        if not state.loop.is_native_method(value) or state.gui.is_here():
            return value
        return carried(value, state.gui.call, partial(is_native, state))


def made(name: str, ours: type[T], stock: type, **methods: object) -> type[T]:
    """A class with the methods given, then those of `ours`, then those of `stock`, the toolkit's own for matplotlib."""
    return new_class(name, (ours, stock), exec_body=lambda names: names.update(methods, __module__=ours.__module__))


def is_native(state: BackendState, value: object) -> bool:
    """Whether `value` belongs to the GUI thread, and has no methods of ours that may be called from elsewhere."""
    return state.loop.is_native(value) and not isinstance(value, Live)


def carried_over(stock: Method, state: BackendState, widget: Callable[[Any], Any] = attrgetter("canvas")) -> Method:
    """A method that is run on the GUI thread, whoever calls it; of a window that the user has closed, not at all.

    `widget(self)` is one that is destroyed together with the window.
    """

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return state.gui.call(lambda: stock(self, *args, **kwargs) if state.kit.exists(widget(self)) else None)

    return method


def posted(stock: Method, state: BackendState) -> Method:
    """A method whose effect on the widgets happens on the GUI thread, a little later if need be."""

    def method(self: Any, *args: object) -> None:
        if state.gui.is_here():
            stock(self, *args)
        else:
            state.gui.post(lambda: state.kit.is_alive(self.canvas) and stock(self, *args))

    return method


def posted_to_widget(stock: Method, state: BackendState) -> Method:
    """The same for a method of a widget itself."""

    def method(self: Any, *args: object, **kwargs: object) -> None:
        if not state.gui.is_here():
            state.gui.post(lambda: method(self, *args, **kwargs))
        elif state.kit.is_alive(self):
            stock(self, *args, **kwargs)

    return method


def in_turn(stock: Method, state: BackendState) -> Method:
    """A method that waits for its turn when the toolkit calls it, and is carried over when the worker does."""

    def method(self: object, *args: object) -> Any:
        if not state.gui.is_here():
            return state.gui.call(lambda: stock(self, *args))
        return state.turns.add(lambda: stock(self, *args))

    return method


def event_in_turn(stock: Method, name: str, event: CanvasEvent, state: BackendState) -> Method:
    """The canvas method `name`, which waits for the event's turn and then does what `stock` does.

    The toolkit calls it, on the GUI thread.
    """
    kit, turns = state.kit, state.turns

    def handler(self: Any, *args: object, **kwargs: object) -> object:
        kept = event.keep(self, *args)
        key = (name, id(self)) if event.is_motion else None
        turns.add(lambda: kit.is_alive(self) and stock(self, *kept, **kwargs), key)
        return event.answer

    return handler


@interruptible
def wait(tokens: SimpleQueue[None], timeout: float | None) -> None:
    """Wait for a token, or `timeout` seconds.  In the worker, which Ctrl-C breaks."""
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        left = SLICE if end is None else min(SLICE, end - time.monotonic())
        try:
            tokens.get(timeout=max(0.0, left))
        except queue.Empty:
            if left < SLICE:
                return
        else:
            return

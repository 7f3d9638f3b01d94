"""How methods of widgets get to the GUI thread: carried over, posted, or kept until their turn."""

from __future__ import annotations

import queue
import time
from _queue import SimpleQueue
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from types import new_class
from typing import TYPE_CHECKING, Any, TypeVar

from gshell.gui.affinity import unguarded
from gshell.gui.carried import carried, uncarried
from gshell.plotting.backend_state import BackendState
from gshell.plotting.kit import CanvasEvent
from gshell.threads.protection import interruptible
from gshell.threads.visits import awaits_events
from gshell.threads.wakeup import SLICE

T = TypeVar("T")
Method = Callable[..., Any]


class Live:
    """A widget of matplotlib's whose methods may be called from any thread."""

    _gshell_state: BackendState

    if TYPE_CHECKING:  # what the toolkit's class has, and matplotlib's

        def __getattr__(self, name: str) -> Any: ...


def made(name: str, ours: type[T], stock: type, **methods: Any) -> type[T]:
    """A class with the methods given, then those of `ours`, then those of `stock`, the toolkit's own for matplotlib."""
    if issubclass(ours, Live):
        methods.update(_attribute_methods(stock, methods["_gshell_state"]))
    return new_class(name, (ours, stock), exec_body=lambda names: names.update(methods, __module__=ours.__module__))


def _attribute_methods(stock: type, state: BackendState) -> dict[str, Method]:
    """How a Live widget's attributes are looked up and set.

    Every call of matplotlib's that changes a figure asks its canvas something ten times and more.  So this goes past
    the guard of the toolkit's classes (gui/affinity.py), and looks for nothing in a class: that has a guard, too.
    """
    get, set_ = unguarded(stock.__getattribute__), unguarded(stock.__setattr__)
    is_native_method, is_here, call = state.loop.is_native_method, state.gui.is_here, state.gui.call
    of_gui = partial(is_native, state)

    def __getattribute__(self: object, name: str) -> Any:
        value = get(self, name)
        # What matplotlib and we have written knows about threads.  The toolkit's own methods don't.
        if not is_native_method(value) or is_here():
            return value
        return carried(value, call, of_gui)

    def __setattr__(self: object, name: str, value: object) -> None:
        set_(self, name, uncarried(value))

    return {"__getattribute__": __getattribute__, "__setattr__": __setattr__}


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


def posted(stock: Method, state: BackendState, is_there: Callable[[Any], bool]) -> Method:
    """A method whose effect on the widgets happens on the GUI thread, a little later if need be.

    It has none unless `is_there(self)` by then, also on the GUI thread: a callback that has closed it may go on.
    """

    def method(self: Any, *args: object, **kwargs: object) -> None:
        if not state.gui.is_here():
            state.gui.post(lambda: method(self, *args, **kwargs))
        elif is_there(self):
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


@awaits_events
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

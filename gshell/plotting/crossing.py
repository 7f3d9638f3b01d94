"""How methods of widgets get to the GUI thread: carried over, posted, or kept until their turn."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from gshell.gui.carried import carried
from gshell.gui.toolkit import CanvasEvent, Unchanged
from gshell.plotting.backend_state import Context
from gshell.threads.protection import interruptible
from gshell.threads.wakeup import SLICE


class Live:
    """A widget of matplotlib's whose methods may be called from any thread."""

    _gshell_context: Context

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        context = type(self)._gshell_context
        # What matplotlib and we have written knows about threads.  The toolkit's own methods don't.
        if not context.toolkit.is_native_method(value) or context.gui.is_here():
            return value
        return carried(value, context.gui.call, partial(is_native, context))


def changed(base: Any, changes: type) -> Any:
    """`base`, a class of matplotlib's, with the methods of `changes` before its own."""
    return base if changes is Unchanged else type(base)(base.__name__, (changes, base), {})


def is_native(context: Context, value: object) -> bool:
    """Whether `value` belongs to the GUI thread, and has no methods of ours that may be called from elsewhere."""
    return context.toolkit.is_native(value) and not isinstance(value, Live)


def carried_over(base: Any, name: str, context: Context, widget: Callable[[Any], Any] = attrgetter("canvas")) -> Any:
    """A method that is run on the GUI thread, whoever calls it; of a window that the user has closed, not at all.

    `widget(self)` is one that is destroyed together with the window.
    """
    stock = getattr(base, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return context.gui.call(lambda: stock(self, *args, **kwargs) if context.toolkit.exists(widget(self)) else None)

    return method


def posted(base: Any, name: str, context: Context) -> Any:
    """A method whose effect on the widgets happens on the GUI thread, a little later if need be."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any) -> None:
        if context.gui.is_here():
            stock(self, *args)
        else:
            context.gui.post(lambda: context.toolkit.is_alive(self.canvas) and stock(self, *args))

    return method


def posted_to_widget(base: Any, name: str, context: Context) -> Any:
    """The same for a method of a widget itself."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        if not context.gui.is_here():
            context.gui.post(lambda: method(self, *args, **kwargs))
        elif context.toolkit.is_alive(self):
            stock(self, *args, **kwargs)

    return method


def in_turn(base: Any, name: str, context: Context) -> Any:
    """A method that waits for its turn when the toolkit calls it, and is carried over when the worker does."""
    stock = getattr(base, name)

    def method(self: Any, *args: Any) -> Any:
        if not context.gui.is_here():
            return context.gui.call(lambda: stock(self, *args))
        return context.turns.add(lambda: stock(self, *args))

    return method


def event_in_turn(
    stock: Callable[..., object], name: str, event: CanvasEvent, context: Context
) -> Callable[..., object]:
    """The canvas method `name`, which waits for the event's turn and then does what `stock` does."""
    toolkit, turns = context.toolkit, context.turns

    def handler(self: Any, *args: Any, **kwargs: Any) -> object:
        kept = event.keep(self, *args)
        key = (name, id(self)) if event.is_motion else None
        turns.add(lambda: toolkit.is_alive(self) and stock(self, *kept, **kwargs), key)
        return event.answer

    return handler


@interruptible
def wait(tokens: queue.SimpleQueue[None], timeout: float | None) -> None:
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

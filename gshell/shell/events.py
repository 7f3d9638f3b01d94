"""Something that happens in the shell, and functions that want to hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Calls those who listen, when it is called itself, in the order in which they came.  All of it in the worker."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def listen(self, function: Callable[P, object], *, first: bool = False) -> None:
        """Call a function from now on, each time, once also if it listens already; `first`: before all others."""
        self.ignore(function)
        self._listeners.insert(0 if first else len(self._listeners), function)

    def ignore(self, function: Callable[P, object]) -> None:
        """Call it no more."""
        if function in self._listeners:
            self._listeners.remove(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell all who listen now.  Raises what they raise."""
        for function in self._listeners[:]:
            function(*args, **kwargs)

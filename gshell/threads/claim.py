"""The first to take it has it: one thing that several threads, or a signal handler, may take, and only one gets.

`if self.due is not None: ...; self.due = None` is two steps.  Between them a signal handler may run, in the same
thread, and find it due as well: one Ctrl-C would raise two exceptions.  A lock does not help, because the handler would
wait for the code that it has interrupted.  What helps is one step that tests and takes.  A method of `dict`, for a key
that is a `str`, is such a step: one call into C, in which no bytecode runs, so no signal handler, no pending call and
no other thread that holds the GIL (and a build without the GIL locks the dictionary itself).
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

_KEY = "it"


class Claim(Generic[T]):
    """Holds at most one thing, for the first who takes it.  From any thread, and from signal handlers."""

    __slots__ = ("_held",)

    def __init__(self, thing: T | None = None) -> None:
        """`thing` is there to be taken from the beginning; None: there is nothing yet."""
        self._held: dict[str, T] = {} if thing is None else {_KEY: thing}

    def offer(self, thing: T) -> bool:
        """Have `thing` there to be taken, unless something is; whether it is this very thing that is there now."""
        return self._held.setdefault(_KEY, thing) is thing

    def take(self) -> T | None:
        """Take what is there: the first who asks gets it, all others None."""
        return self._held.pop(_KEY, None)

    def taking(self) -> Iterator[bool]:
        """take() for the one who asks this iterator, in C all through: whether there was something."""
        return map(operator.is_not, map(self._held.pop, (_KEY,), (None,)), (None,))

    def look(self) -> T | None:
        """What is there, which somebody else may take at any moment; None if nothing is."""
        return self._held.get(_KEY)

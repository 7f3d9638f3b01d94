"""A part that is made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazily(Generic[T]):
    """Makes a part once."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.made: T | None = None
        """The part, if somebody has needed it by now."""

    def get(self) -> T:
        """The part.  Raises what its maker raises, and then there is none."""
        if self.made is None:
            self.made = self._make()
        return self.made

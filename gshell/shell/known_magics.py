"""What the shell knows of magics: which there are, and how they are called.  They are above it, in gshell.magics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class KnownMagic(Protocol):
    """How a magic is written: what the parser and completion need."""

    @property
    def usage(self) -> str:
        """What follows the name."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """The options that it takes, and the name of their value."""
        ...

    @property
    def line(self) -> bool:
        """Whether there is `%name`."""
        ...

    @property
    def cell(self) -> bool:
        """Whether there is `%%name`."""
        ...

    @property
    def verbatim(self) -> bool:
        """Whether what follows is Python."""
        ...

    @property
    def command(self) -> bool:
        """Whether what follows is a command of the system."""
        ...

    @property
    def marked(self) -> bool:
        """Whether it is none without its %."""
        ...


class Magics(Protocol):
    """The magics of one shell."""

    def known(self) -> Mapping[str, KnownMagic]:
        """All of them by their names.  From any thread."""
        ...

    def names(self) -> Mapping[str, object]:
        """What the magics have in the user's namespace (`_dh`)."""
        ...

    def call(self, name: str, line: str, body: str | None, names: Mapping[str, Any]) -> Any:
        """Run one, with the rest of its line and the cell after it; `names` are those that `$name` may mean.

        In the worker, as the user's code.  Raises UsageError for a name that there is not, or a wrong option.
        """
        ...

    def state(self, kind: type[T]) -> T:
        """The one object of this class that the shell has, made when it is first asked for: what a magic remembers."""
        ...

"""What completion finds, and which of the names that there are begin like what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gshell.shell.known_magics import KnownMagic


class Completion(NamedTuple):
    """One thing that can follow."""

    text: str
    """What stands from `start` to the cursor then."""
    start: int
    kind: str = ""
    """What it is, in a word: for the menu."""
    shown: str = ""
    """What the menu shows, if that is not the text."""


@dataclass(frozen=True)
class Found:
    """What complete() has found."""

    completions: list[Completion]
    unresolved: int | None = None
    """Where the code starts that only deduced.py may know more about; None if nothing is missing."""


Namespace = Mapping[str, Any]
Magics = Mapping[str, KnownMagic]
NOTHING = Found([])


def matching(names: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The names that begin with the prefix, sorted.  If none does, case does not count.

    A name with an underscore in front is found only if the prefix has one, and a name with two only if it has two.
    """
    hidden = "__" if prefix.startswith("_") and not prefix.startswith("__") else "_" if not prefix else ""
    found = [name for name in names if name.startswith(prefix) and not (hidden and name.startswith(hidden))]
    if not found and prefix:
        small = prefix.lower()
        found = [name for name in names if name.lower().startswith(small)]
    return {name: names[name] for name in sorted(found, key=lambda name: (name.lower(), name))}

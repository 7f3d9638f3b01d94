"""A macro: commands under a name; typing the name alone runs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Macro:
    """What `%macro` makes."""

    commands: tuple[str, ...]

    @property
    def value(self) -> str:
        """All of it as one text."""
        return "\n".join(self.commands)

"""Lists of the user's, with numbers: what runs when the command has ended, and what is watched."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Numbered:
    """A list of texts."""

    def __init__(self, name: str, if_empty: str) -> None:
        """`name`: what one of them is called; `if_empty` says that there are none."""
        self._name = name
        self._if_empty = if_empty
        self._texts: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def add(self, text: str) -> None:
        """One more, behind the others."""
        self._texts.append(text)

    def take(self) -> str:
        """The first one, which is no more among them; empty if there is none."""
        return self._texts.pop(0) if self._texts else ""

    def drop(self) -> list[str]:
        """All of them, which are dropped."""
        texts, self._texts = self._texts, []
        return texts

    def change(self, argument: str) -> str:
        """Do what the user has typed: a text is added, `-2` removes the second; return what there is, in lines."""
        if re.fullmatch(r"-\d+", argument):
            number = int(argument[1:])
            if not 0 < number <= len(self._texts):
                return f"there is no {self._name} {number}"
            del self._texts[number - 1]
        elif argument:
            self.add(argument)
        return str(self)

    def __str__(self) -> str:
        """They with their numbers."""
        return "\n".join(f"{self._name} {number}: {text}" for number, text in enumerate(self, 1)) or self._if_empty

"""What runs when the command that runs now has ended."""

from __future__ import annotations

import re


class Later:
    """The cells that wait for that, of one console."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Have this run, after the others."""
        self._texts.append(text)

    def take(self) -> str:
        """The next one, which is no more among them; empty if there is none."""
        return self._texts.pop(0) if self._texts else ""

    def drop(self) -> list[str]:
        """All of them, which are dropped."""
        texts, self._texts = self._texts, []
        return texts

    def change(self, argument: str) -> str:
        """Do what is typed after %then: code is added, `-2` removes the second; return what waits, in lines."""
        if re.fullmatch(r"-\d+", argument):
            number = int(argument[1:])
            if not 0 < number <= len(self._texts):
                return f"there is no then {number}"
            del self._texts[number - 1]
        elif argument:
            self.add(argument)
        return str(self)

    def __str__(self) -> str:
        """What waits, with its numbers."""
        return "\n".join(f"then {number}: {text}" for number, text in enumerate(self._texts, 1)) or "nothing runs then"

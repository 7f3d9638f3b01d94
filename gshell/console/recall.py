"""The history as the prompt wants it: this session's commands first, then those of others, the newest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from itertools import groupby

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.history import History as PromptHistory

from gshell.shell.history import History

PAGE = 500
"""Commands that are read at once; then it is the keys' turn."""
MOST = 10_000
"""Commands of other sessions that the arrows, Ctrl-R and suggestions reach; `%history -g` has them all."""


class Recall(PromptHistory):
    """What the arrows go through.  In the console thread.

    It keeps no commands of its own but the older ones that it has read: the prompt asks anew for every line, and the
    session's commands, those that magics have run too, are in the store by then.
    """

    def __init__(self, store: History) -> None:
        super().__init__()
        self._store = store
        self._dropped: list[tuple[int, str]] = []  # commands that did not run, and the number of the one before
        self._older: list[str] = []  # the newest first
        self._before = 0
        self._complete = False

    def fill(self, buffer: Buffer) -> None:
        """Have the buffer, which has just been reset, know what is known: its own task would come to that later.

        Up and Enter, typed while a command still runs, are to repeat that command.
        """
        if not self._older:
            self._read_page()
        position, known = buffer.cursor_position, self._once(self._newest())
        buffer._working_lines.extendleft(known)
        buffer.working_index = len(buffer._working_lines) - 1
        buffer.cursor_position = position

    def _newest(self) -> Iterator[str]:
        """What is known, the newest first."""
        dropped = self._dropped.copy()
        for number, text in reversed(list(self._store.own.items())):
            while dropped and dropped[-1][0] >= number:
                yield dropped.pop()[1]
            yield text
        yield from (text for _, text in reversed(dropped))
        yield from self._older

    def keep(self, text: str) -> None:
        """Have a command among them that was typed, and did not run."""
        self._dropped.append((max(self._store.own, default=0), text))

    def keep_beside(self, text: str) -> None:
        """The same for what ran beside a command; later sessions find it, too."""
        self.keep(text)
        self._store.add_beside(text)

    @staticmethod
    def _once(texts: Iterable[str]) -> Iterator[str]:
        """One of several same ones in a row."""
        return (text for text, _ in groupby(texts))

    async def load(self) -> AsyncGenerator[str, None]:
        """Yield the commands that are older than what fill() knew, the newest first."""
        done = len(self._older)
        while self._read_page():
            for text in self._once(self._older[done:]):
                yield text
            done = len(self._older)
            await asyncio.sleep(0)

    def _read_page(self) -> bool:
        if self._complete or len(self._older) >= MOST:
            return False
        rows = self._store.older(self._before, PAGE)
        self._complete = len(rows) < PAGE
        if rows:
            self._before = rows[-1][0]
            self._older += [text for _, text in rows]
        return bool(rows)

    def get_strings(self) -> list[str]:
        """What is known, the oldest first."""
        return list(self._newest())[::-1]

    def append_string(self, string: str) -> None:
        """Do nothing: the shell keeps what it runs, with its number."""

    def load_history_strings(self) -> Iterable[str]:
        """Not asked for: fill() and load() have their own way."""
        return []

    def store_string(self, string: str) -> None:
        """Do nothing, as append_string()."""

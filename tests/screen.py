"""A terminal's screen that keeps what has scrolled off it, and is quick: a test run reads megabytes."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

import pyte
from pyte import modes
from pyte.screens import Char, Margins


class Screen(pyte.Screen):
    """pyte's, with `above`, the last 10,000 lines that have scrolled off.

    pyte's own HistoryScreen can also be paged.  For that it wraps each method at each use, which is half of its time;
    and it makes a tuple for each character, of which there are few different ones.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.above: deque[Any] = deque(maxlen=10_000)
        self._cells: defaultdict[Char, dict[str, Char]] = defaultdict(dict)  # by how they look, and by character
        super().__init__(columns, lines)

    def reset(self) -> None:
        """Begin anew."""
        super().reset()
        self.above.clear()

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        """3 is what has scrolled off, too."""
        super().erase_in_display(how, *args, **kwargs)
        if how == 3:
            self.above.clear()

    def index(self) -> None:
        """Go down a line; the first one goes at the end of the screen."""
        top, bottom = self.margins or Margins(0, self.lines - 1)
        if self.cursor.y == bottom:
            self.above.append(self.buffer[top])
        super().index()

    def draw(self, data: str) -> None:
        """Write text where the cursor is."""
        cursor = self.cursor
        start, end = cursor.x, cursor.x + len(data)
        if not (data.isascii() and data.isprintable() and end <= self.columns) or modes.IRM in self.mode:
            super().draw(data)
            return
        cells = self._cells[cursor.attrs]
        line = self.buffer[cursor.y]
        for x, character in enumerate(data, start):
            cell = cells.get(character)
            if cell is None:
                cell = cells[character] = cursor.attrs._replace(data=character)
            line[x] = cell
        cursor.x = end
        self.dirty.add(cursor.y)

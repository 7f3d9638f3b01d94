"""Groups of text, broken into lines that fit: a group is in one line, or has a line end at every place for one.

What is printed is kept as a tree of groups until it is known which of them fit.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeAlias

from gshell.shell.pretty.text import columns

Narrowed: TypeAlias = Callable[[object, int], AbstractContextManager[object]]


def as_wide_as_it_is(value: object, columns: int) -> AbstractContextManager[object]:
    """No place is too narrow."""
    return nullcontext()


class Full(BaseException):
    """There is more than anyone wants to read.  (Not an Exception: a `_repr_pretty_` may catch those.)"""


class _Line:
    """A place where a line may end."""

    def __init__(self, separator: str, extra: int, forced: bool) -> None:
        self.separator = separator  # what is there if it does not
        self.extra = extra  # by how much the next line is indented, beyond its group
        self.forced = forced


class _Group:
    """Texts, lines and groups that are in one line all together, or have a line end at every place for it."""

    def __init__(self, indent: int) -> None:
        self.indent = indent
        self.extra = 0
        self.width: float = 0
        self.items: list[str | _Line | _Group] = []

    def column(self) -> float:
        """Where in its last line the group is, from where it begins."""
        behind: float = 0
        for item in reversed(self.items):
            if isinstance(item, _Line):
                return self.indent + item.extra + behind
            behind += columns(item) if isinstance(item, str) else 0
        return behind


class Layout(ABC):
    """What is printed, and how wide it may be.  A `_repr_pretty_` knows the methods from IPython."""

    def __init__(
        self,
        width: float = 80,
        limit: float = math.inf,
        characters: float = math.inf,
        *,
        digits: int | None = None,
        narrowed: Narrowed = as_wide_as_it_is,
    ) -> None:
        """`limit`: how many elements of one container are printed at most; `characters`: how many of all.

        A float has `digits` after its point; None: as many as Python shows.  `narrowed(value, columns)` is entered
        while the repr of a value is made that has so many columns.
        """
        self.max_width = self.width = width
        self.max_seq_length = limit
        self.verbose = False
        self.digits = digits
        self.narrowed = narrowed
        self.cut = False
        """Whether there was more than the limits allow."""
        self.stack: list[int] = []
        """The ids of the objects that are being printed, the outermost first."""
        self.characters_left = characters
        self._groups = [_Group(0)]

    # What _repr_pretty_ calls.

    def text(self, text: str) -> None:
        """Print text."""
        group = self._groups[-1]
        if len(text) > self.characters_left:
            text, self.cut = text[: int(self.characters_left)], True
        self.characters_left -= len(text)
        group.items.append(text)
        group.width += math.inf if "\n" in text else columns(text)
        if self.characters_left <= 0:
            self.cut = True
            raise Full

    def breakable(self, sep: str = " ") -> None:
        """A place where the line may end; `sep` is there if it does not."""
        self._add_line(sep, forced=False)

    def break_(self) -> None:
        """End the line."""
        self._add_line("", forced=True)

    def _add_line(self, separator: str, *, forced: bool) -> None:
        group = self._groups[-1]
        group.items.append(_Line(separator, group.extra, forced))
        group.width += math.inf if forced else len(separator)

    def begin_group(self, indent: int = 0, open: str = "") -> None:
        """Begin a group, whose lines are indented by `indent` from where it begins."""
        self._groups.append(_Group(indent))
        if open:
            self.text(open)

    def end_group(self, dedent: int = 0, close: str = "") -> None:
        """End the group.  `dedent` is what begin_group() was told."""
        if close:
            self.text(close)
        self._close_group()

    def _close_group(self) -> None:
        if len(self._groups) > 1:
            group = self._groups.pop()
            self._groups[-1].items.append(group)
            self._groups[-1].width += group.width

    @contextmanager
    def group(self, indent: int = 0, open: str = "", close: str = "") -> Iterator[None]:
        """A `with` block for a group."""
        self.begin_group(indent, open)
        try:
            yield
        finally:
            self.end_group(indent, close)

    @contextmanager
    def indent(self, indent: int) -> Iterator[None]:
        """A `with` block in which lines are indented further."""
        group = self._groups[-1]
        group.extra += indent
        try:
            yield
        finally:
            group.extra -= indent

    @abstractmethod
    def pretty(self, value: object) -> None:
        """Print a value."""

    def leave_out(self, mark: str = "") -> None:
        """Note that not all is printed, and print a mark for the rest."""
        self.cut = True
        if mark:
            self.text(mark)

    def columns_left(self) -> int:
        """How many columns there are for what is printed next, if every line ends where it may."""
        taken = sum(group.column() for group in self._groups)
        return int(self.width - taken - len(self._groups))  # behind it come a comma and what closes the groups

    # The result.

    def result(self) -> str:
        """All that was printed, in lines."""
        while len(self._groups) > 1:  # the groups that were open when the limit was reached
            self._close_group()
        return "".join(self._lay_out())

    def _lay_out(self) -> Iterator[str]:
        root, column = self._groups[0], 0
        stack = [(iter(root.items), 0, root.width <= self.width)]
        while stack:
            items, margin, flat = stack[-1]
            item = next(items, None)
            if item is None:
                stack.pop()
            elif isinstance(item, _Group):
                # Behind it comes what closes the groups around it.
                fits = flat or column + item.width + len(stack) - 1 <= self.width
                stack.append((iter(item.items), column + item.indent, fits))
            elif isinstance(item, str):
                yield item
                column = columns(item) + (0 if "\n" in item else column)
            elif flat and not item.forced:
                yield item.separator
                column += len(item.separator)
            else:
                column = margin + item.extra
                yield "\n" + " " * column

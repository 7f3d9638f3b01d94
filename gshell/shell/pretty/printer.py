"""The printer: walks through a value, and lays out what each part of it has to say."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque

from gshell.shell.pretty.by_type import printing_of
from gshell.shell.pretty.layout import Full, Layout, Narrowed, as_wide_as_it_is
from gshell.shell.pretty.text import cut_text, safe_repr

DEPTH = 60
"""Containers in containers that are shown."""

_SIZED = (str, bytes, bytearray, list, tuple, set, frozenset, dict, deque, defaultdict, OrderedDict, Counter)


class Printer(Layout):
    """Prints values.  In the worker: it runs their code."""

    def pretty(self, value: object) -> None:
        """Print a value."""
        cycle = id(value) in self.stack
        if len(self.stack) > DEPTH:
            self.cut = True
            self.text("...")
            return
        self.stack.append(id(value))
        try:
            printing_of(type(value))(value, self, cycle)
        finally:
            self.stack.pop()

    def flush(self) -> None:
        """Do nothing: all is written at the end.  (A `_repr_pretty_` may call it.)"""


def pretty(
    value: object,
    width: float,
    lines: int,
    digits: int | None = None,
    narrowed: Narrowed = as_wide_as_it_is,
) -> tuple[str, bool]:
    """The text of a value, and whether it was cut.  Runs the value's code.

    As wide as `width`, if its parts are not wider; of `lines` lines at most, or all of it if that is 0.  A float has
    `digits` after the point; None: as many as Python shows.  `narrowed`: see Layout.
    """
    limit = lines or math.inf
    printer = Printer(width, limit, 100 * limit, digits=digits, narrowed=narrowed)
    text, cut = cut_text(printed(value, printer), lines)
    return text, cut or printer.cut


def printed(value: object, printer: Printer) -> str:
    """The text of a value, as far as the printer's limits allow.  Runs the value's code."""
    try:
        printer.pretty(value)
    except Full:
        pass
    return printer.result()


def plain(value: object, lines: int) -> tuple[str, bool]:
    """The same, as repr() has it, in one line if that has one."""
    sized = type(value) in _SIZED
    if sized and lines and len(value) > lines:  # type: ignore[arg-type]
        return pretty(value, math.inf, lines)
    return cut_text(safe_repr(value), lines)

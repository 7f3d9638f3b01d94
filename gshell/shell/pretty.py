"""Values as text: containers broken into lines that fit the terminal, and only as much of them as can be looked at.

Objects that know how to show themselves are asked as IPython asks them: `_repr_pretty_(self, printer, cycle)` writes to
a Printer.  What is printed is kept as a tree of groups until it is known which of them fit into a line.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import islice
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeAlias

DEPTH = 60
"""Containers in containers that are shown."""

NARROWEST = 30
"""Columns that a value has at least, wherever it is."""

Printing: TypeAlias = "Callable[[Any, Printer, bool], None]"


class _Full(BaseException):
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


class Printer:
    """What is printed, and how wide it may be.  The methods are those that `_repr_pretty_` knows from IPython."""

    def __init__(self, width: float = 80, limit: float = math.inf, characters: float = math.inf) -> None:
        self.max_width = self.width = width
        self.max_seq_length = limit
        """Elements of one container that are shown at most."""
        self.verbose = False
        self.digits: int | None = None
        """Digits of a float after its point; None: as many as Python shows."""
        self.cut = False
        """Whether there was more than the limits allow."""
        self.stack: list[int] = []
        """The ids of the objects that are being printed, the outermost first."""
        self.narrowed: Callable[[object, int], AbstractContextManager[object]] = lambda value, columns: nullcontext()
        """Entered while the repr of a value is made that has so many columns."""
        self._characters = characters
        self._groups = [_Group(0)]

    # What _repr_pretty_ calls.

    def text(self, text: str) -> None:
        """Print text."""
        group = self._groups[-1]
        if len(text) > self._characters:
            text, self.cut = text[: int(self._characters)], True
        self._characters -= len(text)
        group.items.append(text)
        group.width += math.inf if "\n" in text else columns(text)
        if self._characters <= 0:
            self.cut = True
            raise _Full

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

    def flush(self) -> None:
        """Nothing: all is written at the end."""

    def pretty(self, value: object) -> None:
        """Print a value."""
        cycle = id(value) in self.stack
        if len(self.stack) > DEPTH:
            self.cut = True
            self.text("...")
            return
        self.stack.append(id(value))
        try:
            _printing(type(value))(value, self, cycle)
        finally:
            self.stack.pop()

    def columns_left(self) -> int:
        """How many columns there are for what is printed next, if every line ends where it may."""
        taken = sum(group.column() for group in self._groups)
        return int(self.width - taken - len(self._groups))  # behind it come a comma and what closes the groups

    # The result.

    def result(self) -> str:
        """All that was printed, in lines."""
        while len(self._groups) > 1:  # those that were open when there was enough
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


def pretty(
    value: object,
    width: float,
    lines: int,
    digits: int | None = None,
    narrowed: Callable[[object, int], AbstractContextManager[object]] | None = None,
) -> tuple[str, bool]:
    """The text of a value, and whether it was cut.  Runs the value's code.

    As wide as `width`, if its parts are not wider; of `lines` lines at most, or all of it if that is 0.  A float has
    `digits` after the point; None: as many as Python shows.  `narrowed`: see Printer.
    """
    limit = lines or math.inf
    printer = Printer(width, limit, 100 * limit)
    printer.digits = digits
    printer.narrowed = narrowed or printer.narrowed
    text, cut = cut_text(printed(value, printer), lines)
    return text, cut or printer.cut


def printed(value: object, printer: Printer) -> str:
    """The text of a value, as far as the printer's limits allow.  Runs the value's code."""
    try:
        printer.pretty(value)
    except _Full:
        pass
    return printer.result()


def plain(value: object, lines: int) -> tuple[str, bool]:
    """The same, as repr() has it, in one line if that has one."""
    sized = type(value) in _SIZED
    if sized and lines and len(value) > lines:  # type: ignore[arg-type]
        return pretty(value, math.inf, lines)
    return cut_text(safe_repr(value), lines)


def cut_text(text: str, lines: int) -> tuple[str, bool]:
    """As much of the text as is shown (so many lines, 100 times as many characters; 0: all), and whether it is cut."""
    if not lines:
        return text, False
    kept = text[: 100 * lines]
    if kept.count("\n") >= lines:
        kept = "\n".join(kept.split("\n", lines)[:lines])
    return kept, len(kept) < len(text)


def safe_repr(value: object) -> str:
    """repr(), which is a string even if somebody has replaced builtins.repr."""
    text = repr(value)
    return text if isinstance(text, str) else object.__repr__(value)


def columns(text: str) -> int:
    """How wide the last line of a text is in a terminal."""
    last = text.rpartition("\n")[2]
    if last.isascii():
        return len(last)
    from wcwidth import wcswidth

    width: int = wcswidth(last)
    return width if width >= 0 else len(last)


# How the types are printed.


def _printing(kind: type) -> Printing:
    """The function that prints objects of a type.

    The first class decides that has something to say: a subclass with a `__repr__` of its own is left to that.
    """
    for cls in type.__dict__["__mro__"].__get__(kind):
        names = vars(cls)
        if callable(names.get("_repr_pretty_")):
            return names["_repr_pretty_"]  # type: ignore[no-any-return]
        if cls in _PRINTINGS:
            return _PRINTINGS[cls]
        if "__repr__" in names:
            return _generated(cls, names) or _by_repr
    return _by_repr


def _generated(cls: type, names: Any) -> Printing | None:
    """How a dataclass or namedtuple is printed whose `__repr__` is the one that these make."""
    written = names["__repr__"]
    if "__dataclass_fields__" in names and "__create_fn__" in getattr(
        getattr(written, "__wrapped__", None), "__qualname__", ""
    ):
        return _dataclass
    if issubclass(cls, tuple) and "_fields" in names and getattr(written, "__module__", "") == "collections":
        return _namedtuple
    return None


def _by_repr(value: object, printer: Printer, cycle: bool) -> None:
    if len(printer.stack) > 1 and hasattr(type(value), "__len__"):  # an array, say, in a dict
        with printer.narrowed(value, max(printer.columns_left(), NARROWEST)):
            lines = safe_repr(value).split("\n")
    else:
        lines = safe_repr(value).split("\n")
    with printer.group():
        for number, line in enumerate(lines):
            if number:
                printer.break_()
            printer.text(line)


def _elements(printer: Printer, elements: Iterable[Any], count: int, show: Callable[[Any], None]) -> None:
    limit = printer.max_seq_length
    for number, element in enumerate(elements if count <= limit else islice(elements, int(limit))):
        if number:
            printer.text(",")
            printer.breakable()
        show(element)
    if count > limit:
        printer.cut = True
        printer.text(",")
        printer.breakable()
        printer.text("...")


def _sequence(kind: type, opening: str, closing: str) -> Printing:
    def show(value: Any, printer: Printer, cycle: bool) -> None:
        if cycle:
            printer.text(f"{opening}...{closing}")
            return
        count = kind.__len__(value)  # type: ignore[attr-defined]
        with printer.group(len(opening), opening, closing):
            _elements(printer, kind.__iter__(value), count, printer.pretty)  # type: ignore[attr-defined]
            if kind is tuple and count == 1:
                printer.text(",")

    return show


def _set(kind: type, opening: str, closing: str) -> Printing:
    def show(value: Any, printer: Printer, cycle: bool) -> None:
        count = kind.__len__(value)  # type: ignore[attr-defined]
        if not count:
            printer.text(f"{kind.__name__}()")
            return
        elements: Iterable[Any] = kind.__iter__(value)  # type: ignore[attr-defined]
        if count <= printer.max_seq_length:
            elements = list(elements)
            try:
                elements = sorted(elements)
            except Exception:
                pass  # of different types
        with printer.group(len(opening), opening, closing):
            _elements(printer, elements, count, printer.pretty)

    return show


def _mapping(value: Any, printer: Printer, cycle: bool) -> None:
    _items(value, printer, cycle, dict.items(value))


def _items(value: Any, printer: Printer, cycle: bool, items: Iterable[tuple[Any, Any]]) -> None:
    if cycle:
        printer.text("{...}")
        return

    def show(item: tuple[Any, Any]) -> None:
        printer.pretty(item[0])
        printer.text(": ")
        printer.pretty(item[1])

    with printer.group(1, "{", "}"):
        _elements(printer, items, dict.__len__(value), show)


def _call(printer: Printer, name: str, *arguments: Callable[[], None]) -> None:
    """Print `name(argument, ...)`."""
    with printer.group(len(name) + 1, f"{name}(", ")"):
        _elements(printer, arguments, 0, lambda argument: argument())


def _counter(value: Any, printer: Printer, cycle: bool) -> None:
    ordered = list(dict.items(value)) if not cycle else []
    with suppress(TypeError):  # its values need not be numbers
        ordered.sort(key=lambda item: -item[1])
    _call(printer, type(value).__name__, *([lambda: _items(value, printer, cycle, ordered)] * bool(value)))


def _ordered(value: Any, printer: Printer, cycle: bool) -> None:
    _call(printer, type(value).__name__, *([lambda: _mapping(value, printer, cycle)] * bool(value)))


def _default(value: Any, printer: Printer, cycle: bool) -> None:
    factory = value.default_factory
    _call(printer, type(value).__name__, lambda: printer.pretty(factory), lambda: _mapping(value, printer, cycle))


def _deque(value: Any, printer: Printer, cycle: bool) -> None:
    arguments = [lambda: _DEQUE(value, printer, cycle)]
    if value.maxlen is not None:
        arguments.append(lambda: printer.text(f"maxlen={value.maxlen}"))
    _call(printer, type(value).__name__, *arguments)


def _fields(value: Any, printer: Printer, cycle: bool, names: Iterable[str]) -> None:
    def show(name: str) -> Callable[[], None]:
        def field() -> None:
            printer.text(f"{name}=")
            printer.pretty(getattr(value, name))

        return field

    if cycle:
        printer.text("...")
    else:
        _call(printer, type(value).__qualname__, *map(show, names))


def _dataclass(value: Any, printer: Printer, cycle: bool) -> None:
    import dataclasses

    _fields(value, printer, cycle, [field.name for field in dataclasses.fields(value) if field.repr])


def _namedtuple(value: Any, printer: Printer, cycle: bool) -> None:
    _fields(value, printer, cycle, value._fields)


def _text(value: Any, printer: Printer, cycle: bool) -> None:
    """A str or bytes, which may be larger than memory allows for its repr."""
    shown = value[: int(printer._characters)] if printer._characters < len(value) else value
    printer.text(safe_repr(shown))
    if len(shown) < len(value):
        printer.cut = True


def _float(value: Any, printer: Printer, cycle: bool) -> None:
    printer.text(safe_repr(value) if printer.digits is None else f"{value:.{printer.digits}f}")


def _function(value: Any, printer: Printer, cycle: bool) -> None:
    """`<function __main__.f(x)>`, as IPython has it."""
    import inspect

    module, name = value.__module__, value.__qualname__
    name = name if module in ("builtins", None) else f"{module}.{name}"
    try:
        name += str(inspect.signature(value))
    except Exception:
        pass  # a builtin that does not tell, or defaults with a hostile repr
    printer.text(f"<function {name}>")


def _class(value: Any, printer: Printer, cycle: bool) -> None:
    """`__main__.C`, as IPython has it."""
    module, name = value.__module__, value.__qualname__
    printer.text(name if not isinstance(module, str) or module == "builtins" else f"{module}.{name}")


_DEQUE = _sequence(deque, "[", "]")
_SIZED = (str, bytes, bytearray, list, tuple, set, frozenset, dict, deque, defaultdict, OrderedDict, Counter)
_PRINTINGS: dict[type, Printing] = {
    float: _float,
    str: _text,
    bytes: _text,
    bytearray: _text,
    list: _sequence(list, "[", "]"),
    tuple: _sequence(tuple, "(", ")"),
    set: _set(set, "{", "}"),
    frozenset: _set(frozenset, "frozenset({", "})"),
    dict: _mapping,
    Counter: _counter,
    OrderedDict: _ordered,
    defaultdict: _default,
    deque: _deque,
    FunctionType: _function,
    BuiltinFunctionType: _function,
    type: _class,
}

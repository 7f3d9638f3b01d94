"""How values are printed, by their type: containers, functions, classes, dataclasses, and what has `_repr_pretty_`."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeAlias

from gshell.shell.pretty.layout import Layout
from gshell.shell.pretty.text import safe_repr

NARROWEST = 30
"""Columns that a value has at least, wherever it is."""

Printing: TypeAlias = Callable[[Any, Layout, bool], None]


def printing_of(kind: type) -> Printing:
    """The function that prints objects of a type.

    The first class that says how decides, from the type itself upwards.  So a subclass with its own `__repr__` is shown
    by that.
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
    """How a dataclass or namedtuple is printed; None if its `__repr__` was written by hand."""
    written = names["__repr__"]
    if "__dataclass_fields__" in names and "__create_fn__" in getattr(
        getattr(written, "__wrapped__", None), "__qualname__", ""
    ):
        return _dataclass
    if issubclass(cls, tuple) and "_fields" in names and getattr(written, "__module__", "") == "collections":
        return _namedtuple
    return None


def _by_repr(value: object, printer: Layout, cycle: bool) -> None:
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


def _elements(printer: Layout, elements: Iterable[Any], count: int, show: Callable[[Any], None]) -> None:
    limit = printer.max_seq_length
    for number, element in enumerate(elements if count <= limit else islice(elements, int(limit))):
        if number:
            printer.text(",")
            printer.breakable()
        show(element)
    if count > limit:
        printer.text(",")
        printer.breakable()
        printer.leave_out("...")


def _sequence(kind: type, opening: str, closing: str) -> Printing:
    def show(value: Any, printer: Layout, cycle: bool) -> None:
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
    def show(value: Any, printer: Layout, cycle: bool) -> None:
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


def _mapping(value: Any, printer: Layout, cycle: bool) -> None:
    _items(value, printer, cycle, dict.items(value))


def _items(value: Any, printer: Layout, cycle: bool, items: Iterable[tuple[Any, Any]]) -> None:
    if cycle:
        printer.text("{...}")
        return

    def show(item: tuple[Any, Any]) -> None:
        printer.pretty(item[0])
        printer.text(": ")
        printer.pretty(item[1])

    with printer.group(1, "{", "}"):
        _elements(printer, items, dict.__len__(value), show)


def _call(printer: Layout, name: str, *arguments: Callable[[], None]) -> None:
    """Print `name(argument, ...)`."""
    with printer.group(len(name) + 1, f"{name}(", ")"):
        _elements(printer, arguments, 0, lambda argument: argument())


def _counter(value: Any, printer: Layout, cycle: bool) -> None:
    ordered = list(dict.items(value)) if not cycle else []
    with suppress(TypeError):  # its values need not be numbers
        ordered.sort(key=lambda item: -item[1])
    _call(printer, type(value).__name__, *([lambda: _items(value, printer, cycle, ordered)] * bool(value)))


def _ordered(value: Any, printer: Layout, cycle: bool) -> None:
    _call(printer, type(value).__name__, *([lambda: _mapping(value, printer, cycle)] * bool(value)))


def _default(value: Any, printer: Layout, cycle: bool) -> None:
    factory = value.default_factory
    _call(printer, type(value).__name__, lambda: printer.pretty(factory), lambda: _mapping(value, printer, cycle))


def _deque(value: Any, printer: Layout, cycle: bool) -> None:
    arguments = [lambda: _DEQUE(value, printer, cycle)]
    if value.maxlen is not None:
        arguments.append(lambda: printer.text(f"maxlen={value.maxlen}"))
    _call(printer, type(value).__name__, *arguments)


def _fields(value: Any, printer: Layout, cycle: bool, names: Iterable[str]) -> None:
    def show(name: str) -> Callable[[], None]:
        def field() -> None:
            printer.text(f"{name}=")
            printer.pretty(getattr(value, name))

        return field

    if cycle:
        printer.text("...")
    else:
        _call(printer, type(value).__qualname__, *map(show, names))


def _dataclass(value: Any, printer: Layout, cycle: bool) -> None:
    import dataclasses

    _fields(value, printer, cycle, [field.name for field in dataclasses.fields(value) if field.repr])


def _namedtuple(value: Any, printer: Layout, cycle: bool) -> None:
    _fields(value, printer, cycle, value._fields)


def _text(value: Any, printer: Layout, cycle: bool) -> None:
    """A str or bytes, which may be larger than memory allows for its repr."""
    shown = value[: int(printer.characters_left)] if printer.characters_left < len(value) else value
    printer.text(safe_repr(shown))
    if len(shown) < len(value):
        printer.leave_out()


def _float(value: Any, printer: Layout, cycle: bool) -> None:
    printer.text(safe_repr(value) if printer.digits is None else f"{value:.{printer.digits}f}")


def _function(value: Any, printer: Layout, cycle: bool) -> None:
    """`<function __main__.f(x)>`, as IPython has it."""
    import inspect

    module, name = value.__module__, value.__qualname__
    name = name if module in ("builtins", None) else f"{module}.{name}"
    try:
        name += str(inspect.signature(value))
    except Exception:
        pass  # a builtin that does not tell, or defaults with a hostile repr
    printer.text(f"<function {name}>")


def _class(value: Any, printer: Layout, cycle: bool) -> None:
    """`__main__.C`, as IPython has it."""
    module, name = value.__module__, value.__qualname__
    printer.text(name if not isinstance(module, str) or module == "builtins" else f"{module}.{name}")


_DEQUE = _sequence(deque, "[", "]")
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

"""How much memory variables take, found without running any code of theirs.

`sys.getsizeof()`, `len()`, `isinstance()` and the attributes of an object run what its class defines: that could raise,
print, or take for ever.  So what is known here are kinds of objects: Python's own, what libraries in C say of theirs
(`nbytes` of numpy's and torch's), and the tables of pandas and scipy.  An object of a class that inherits from one of
these is measured as that one, whatever it overrides.  What is of no such kind has no size.

No library is imported: if there is an array, there is numpy.
"""

from __future__ import annotations

import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from gshell.shell.attempt import attempt
from gshell.shell.completion.static.dictionaries import class_dict, class_module, instance_dict, is_a, mro
from gshell.units import in_units

IN_ONE = 10_000
"""Objects that are looked at in one container: some milliseconds."""
IN_ALL = 50_000
"""The same in all containers.  Each has its share of what those before it have left."""


class Size(NamedTuple):
    """What something takes."""

    bytes: int
    more: bool = False
    """It takes more than that: it holds too many objects, or some of unknown kinds."""

    def __str__(self) -> str:
        return "> " * self.more + in_units(self.bytes)


class Sizes(NamedTuple):
    """What variables take."""

    each: dict[str, Size]
    """By name; without those of which nothing is known: functions, modules, objects of most classes."""
    total: Size
    """What is held twice (an array that has two names, or is in two lists) is in here once."""


def sizes(values: Mapping[str, object]) -> Sizes:
    """What each of these variables takes, and all of them together.  In the worker, where Ctrl-C breaks it.

    A container takes what its items take, and what they hold; an object that is in it twice counts once.  A view of an
    array takes what it shows, although the memory is the array's: where both are variables, the total has it twice.
    Of an array of objects, or a column of texts in a table, only the pointers count, as in memory_usage(deep=False).
    """
    kinds = _Kinds()
    containers = sum(kinds.is_container(value) for value in values.values())
    left = IN_ALL
    counted: set[int] = set()
    each: dict[str, Size] = {}
    total, more = 0, False
    for name, value in values.items():
        walk = _Walk(kinds, counted, min(IN_ONE, left // max(1, containers)))
        size = attempt(lambda: walk.size(value), None)  # noqa: B023  (it is called at once)
        if kinds.is_container(value):
            containers -= 1
            left -= walk.looked_at
        if size is not None:
            each[name] = size
            total += walk.new
            more |= size.more
    return Sizes(each, Size(total, more))


class _Walk:
    """From a value to what it holds, and to what that holds: level by level, as what is large is seldom deep."""

    def __init__(self, kinds: _Kinds, counted: set[int], limit: int) -> None:
        """`counted`: ids of the objects that are in the total; `limit`: items that are looked at."""
        self._kinds = kinds
        self._counted = counted
        self._limit = limit
        self._bytes = 0
        self._seen: set[int] = set()
        self.new = 0
        """The bytes that were not in the total before."""
        self.looked_at = 0

    def size(self, value: object) -> Size | None:
        """What the value takes; None if nothing is known of it."""
        more = False
        levels: deque[Iterable[object]] = deque([(value,)])
        while levels and self.looked_at <= self._limit:
            try:
                more |= self._add(levels.popleft(), levels)
            except Exception:  # a memoryview that was released; a dictionary to which a thread adds something
                more = True
        more |= bool(levels)
        return Size(self._bytes, more) if self._bytes or not more else None

    def _add(self, items: Iterable[object], levels: deque[Iterable[object]]) -> bool:
        """Count items, and have those that they hold counted later; whether there is more than was counted."""
        of, seen, counted, more = self._kinds.of, self._seen, self._counted, False
        for item in items:
            self.looked_at += 1
            if self.looked_at > self._limit + 1:  # the value itself is one
                return True
            key = id(item)
            if key in seen:
                continue
            seen.add(key)
            kind = of(type(item))
            if kind is None:
                more = True
                continue
            own = kind.own(item)
            self._bytes += own
            if key not in counted:
                counted.add(key)
                self.new += own
            if kind.items is not None:
                levels.append(kind.items(item))
            elif kind.hides is not None:
                more |= kind.hides(item)
        return more


@dataclass(frozen=True, slots=True)
class _Kind:
    """How objects of a kind are measured."""

    own: Callable[[Any], int]
    """The bytes of one, without its items."""
    items: Callable[[Any], Iterable[object]] | None = None
    hides: Callable[[Any], bool] | None = None
    """Whether one holds objects that are not counted."""


def _nothing(_: object) -> int:
    return 0


_LEAVES: tuple[Any, ...] = (int, float, complex, str, bytes, bytearray, range, type(None))
_BUILTIN: dict[int, _Kind] = {
    **{id(each): _Kind(each.__sizeof__) for each in _LEAVES},
    **{id(each): _Kind(each.__sizeof__, each.__iter__) for each in (list, tuple, set, frozenset, deque)},
    id(dict): _Kind(dict.__sizeof__, lambda value: chain.from_iterable(dict.items(value))),
}
"""By the ids of the classes: the hash of a class may be the user's code."""


class _Kinds:
    """The kinds of objects, found once for each class."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[type, _Kind | None]] = {}  # with the class: another could get its id

    def of(self, cls: type) -> _Kind | None:
        """How the objects of a class are measured; None if nothing is known of them."""
        found = self._found.get(id(cls))
        if found is None:
            found = self._found[id(cls)] = cls, _kind(cls)
        return found[1]

    def is_container(self, value: object) -> bool:
        """Whether a value has items that are looked at, one by one."""
        kind = self.of(type(value))
        return kind is not None and kind.items is not None


def _kind(cls: type) -> _Kind | None:
    found = _kind_of_library(cls)
    if found is not None:
        return found
    for base in mro(cls):
        if (found := _BUILTIN.get(id(base))) is not None:
            return found
        nbytes = class_dict(base).get("nbytes")
        if type(nbytes) is types.GetSetDescriptorType:  # written in C: a library's; a property is not asked
            return _Kind(nbytes.__get__)
    return None


def _kind_of_library(cls: type) -> _Kind | None:
    """The same for what does not say in C what it takes."""

    def is_one(module: str, *names: str) -> bool:
        return any(is_a(cls, module=module, name=name) for name in names)

    if is_one("pandas", "DataFrame", "Series"):
        return _Kind(_nothing, _blocks)
    if is_one("scipy.sparse", "spmatrix", "sparray"):
        return _Kind(_nothing, _arrays)
    if is_one("numpy", "ndarray"):
        return _Kind(sys.modules["numpy"].ndarray.nbytes.__get__, hides=_holds_objects)
    if is_one("array", "array"):
        return _Kind(sys.modules["array"].array.__sizeof__)
    if is_one("datetime", "date", "time", "timedelta"):
        return _Kind(object.__sizeof__)
    if class_module(cls).partition(".")[0] == "pandas":  # its own classes, and nobody's who inherits from them
        if is_one("pandas", "Index"):
            return _Kind(lambda index: int(index.memory_usage(deep=False)))
        if is_one("pandas.api.extensions", "ExtensionArray"):
            return _Kind(lambda array: int(array.nbytes), hides=_wraps_objects)
    return None


def _holds_objects(array: Any) -> bool:
    return bool(sys.modules["numpy"].ndarray.dtype.__get__(array).hasobject)


def _wraps_objects(array: Any) -> bool:
    """Whether an array of pandas's has a numpy array of objects, texts as a rule."""
    wrapped = getattr(array, "_ndarray", None)
    return wrapped is not None and _holds_objects(wrapped)


def _blocks(table: Any) -> Iterator[object]:
    """The arrays of a DataFrame or a Series, and its index.

    They are what memory_usage() counts; but that makes a Series of each column, which takes a tenth of a second for
    some thousands.
    """
    manager = instance_dict(table)["_mgr"]
    yield manager.axes[-1]
    for block in manager.blocks:
        yield block.values


def _arrays(matrix: Any) -> Iterator[object]:
    """What the formats of sparse matrices have: CSR, CSC and BSR the first three; DIA; COO; LIL; DOK."""
    parts = instance_dict(matrix)
    for name in ("data", "indices", "indptr", "offsets", "coords", "row", "col", "rows", "_dict"):
        if name in parts:
            yield parts[name]

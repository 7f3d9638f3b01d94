"""What an object has: attributes and their names; keys, labels and columns, and what is under them."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

from gshell.shell.completion.static.dictionaries import (
    MISSING,
    Known,
    class_attribute,
    class_dict,
    instance_dict,
    is_a,
    is_class,
    known,
    mro,
    one_of,
)
from gshell.shell.completion.static.tables import MANY, labels


def names(thing: Known) -> dict[str, Any]:
    """The attributes of something, and what is found under them in the dictionaries: descriptors as such."""
    found: dict[Any, Any] = {}
    value = thing.value
    for cls in reversed(mro(value) if is_class(value) else mro(thing.kind)):
        found.update(class_dict(cls))
    if value is not MISSING and not is_class(value):
        found.update(instance_dict(value))
        if issubclass(thing.kind, types.ModuleType):
            found.update(_announced(value, found))
        found.update((label, MISSING) for label in _dotted_keys(thing) if type(label) is str and label.isidentifier())
    return written(found)


def written(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Those whose names can be typed: the keys of a namespace may be anything, control characters included."""
    return {name: what for name, what in attributes.items() if type(name) is str and name.isidentifier()}


def _dotted_keys(thing: Known) -> list[Any]:
    """Keys that can be written as attributes, too."""
    kinds = mro(thing.kind)
    if one_of(dict, kinds):  # one whose __getattr__ is most likely that: scikit-learn's Bunch, for one
        return keys(thing) if class_attribute(thing.kind, "__getattr__") is not MISSING else []
    if any(is_a(thing.kind, module="numpy", name=name) for name in ("recarray", "record")):
        return keys(thing)
    return labels(thing)


def _announced(module: Any, found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names that a module has not got yet, but says it has."""
    announced = found.get("__all__")
    if one_of(type(announced), (list, tuple)):
        for name in list(announced or ()):
            if type(name) is str and name not in found:
                yield name, MISSING


def keys(thing: Known) -> list[Any]:
    """The keys of a dictionary, the columns of a table, the fields of an array: what may stand in brackets."""
    value = thing.value
    if value is MISSING:
        return []
    if one_of(dict, mro(thing.kind)):
        return list(dict.keys(value))[:MANY]
    if value is sys.modules["os"].environ:
        return sorted(value)
    if is_a(thing.kind, module="numpy", name="ndarray"):
        return list(sys.modules["numpy"].ndarray.dtype.__get__(value).names or ())
    if is_a(thing.kind, module="numpy", name="void"):
        return list(sys.modules["numpy"].void.dtype.__get__(value).names or ())
    if is_a(thing.kind, module="numpy.lib.npyio", name="NpzFile"):
        own = instance_dict(value).get("files")
        return list(own) if type(own) is list else []
    return labels(thing)


def item(thing: Known, key: object) -> Known | None:
    """What is under a literal key."""
    value, kinds = thing.value, mro(thing.kind)
    if value is MISSING:
        return None
    if one_of(dict, kinds):
        # Not by looking it up: that compares it to keys, whose __eq__ may be the user's.
        same = (found for each, found in list(dict.items(value)) if type(each) is type(key) and each == key)
        found = next(same, MISSING) if type(key) in (str, int, bytes, bool) else MISSING
        return None if found is MISSING else known(found)
    for kind in (list, tuple):
        if one_of(kind, kinds) and type(key) is int:
            try:
                return known(kind.__getitem__(value, key))
            except IndexError:
                return None
    return column(thing, key)


def column(thing: Known, key: object) -> Known | None:
    """What a column of a table is, or a field of an array."""
    if is_a(thing.kind, module="pandas", name="DataFrame") and any(
        type(label) is type(key) and label == key for label in labels(thing)
    ):
        return Known(sys.modules["pandas"].Series)
    if is_a(thing.kind, module="numpy", name="ndarray") and type(key) is str:
        return Known(sys.modules["numpy"].ndarray)
    return None

"""pandas: the labels of its objects, and attributes that are in no dictionary (`.str`, `.dt`, `.plot`, `.index`).

pandas's own functions read the labels, and the classes of its accessors say what those have: the accessors themselves
are not made, since that looks at the data, and may be the user's code (`register_dataframe_accessor`).
"""

from __future__ import annotations

import sys
from typing import Any

from gshell.shell.completion.static.dictionaries import (
    MISSING,
    Known,
    class_attribute,
    class_module,
    class_name,
    instance_dict,
    is_a,
    is_class,
    known,
)

MANY = 2000
"""Keys and labels that are offered at most."""

_AXES = {"DataFrame": ("columns", "index"), "Series": ("index",)}
"""The axes of pandas's objects; that of the keys in brackets first."""


def labels(thing: Known, axis: str = "") -> list[Any]:
    """The labels of a pandas object on an axis; on none: a table's columns, a series' index."""
    kind = kind_of_table(thing)
    if not kind:
        return []
    index = _axis(thing, kind, axis or _AXES[kind][0])
    try:
        return [] if index is None else list(index[:MANY].tolist())
    except Exception:  # pandas's, not the user's: an object that is half made, say
        return []


def kind_of_table(thing: Known) -> str:
    """Whether something is a DataFrame or a Series; empty if neither."""
    return next((name for name in _AXES if is_a(thing.kind, module="pandas", name=name)), "")


def _axis(thing: Known, kind: str, axis: str) -> Any:
    pandas_class = getattr(sys.modules["pandas"], kind)
    if thing.value is MISSING or axis not in _AXES[kind]:
        return None
    if class_attribute(thing.kind, "__getattribute__") is not object.__getattribute__:
        return None  # a subclass of the user's, and what pandas does would run that
    try:
        index = class_attribute(pandas_class, axis).__get__(thing.value, pandas_class)
    except Exception:  # pandas's, not the user's
        return None
    return index if class_module(type(index)).startswith("pandas") else None


def attribute_of_table(thing: Known, name: str, found: Any) -> Known | None:
    """What an attribute of pandas's is, of which `found` is in the class: an accessor, or an axis."""
    kind = type(found)
    if not class_module(kind).startswith("pandas."):
        return None
    if class_name(kind) in ("Accessor", "CachedAccessor"):
        accessor: Any = instance_dict(found).get("_accessor")
        return Known(accessor) if is_class(accessor) else None
    if class_name(kind) == "AxisProperty" and (table := kind_of_table(thing)):
        index = _axis(thing, table, name)
        return Known(sys.modules["pandas"].Index) if index is None else known(index)
    return None

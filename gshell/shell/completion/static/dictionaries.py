"""The dictionaries of objects and of their classes, read with the descriptors of `type` and `object` themselves."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class Missing:
    """The type of MISSING."""


MISSING: Any = Missing()


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of an expression: its value, or (`value` is MISSING) only its type."""

    kind: type
    value: Any = MISSING


def known(value: Any) -> Known:
    """What is known of a value."""
    return Known(type(value), value)


def mro(cls: type) -> tuple[type, ...]:
    """The classes that a class inherits from, itself first."""
    found = type.__dict__["__mro__"].__get__(cls)
    return found if type(found) is tuple else ()


def class_name(cls: type) -> str:
    """The name of a class."""
    return str(type.__dict__["__name__"].__get__(cls))


def class_module(cls: type) -> str:
    """The name of the module that a class is from."""
    module = type.__dict__["__module__"].__get__(cls)
    return module if type(module) is str else ""


def one_of(cls: Any, classes: Iterable[type]) -> bool:
    """Whether a class is one of these.  (`in` compares them, and a metaclass may define what that means.)"""
    return any(cls is each for each in classes)


def class_dict(cls: type) -> Mapping[str, Any]:
    """The attributes that a class itself defines."""
    found: Mapping[str, Any] = type.__dict__["__dict__"].__get__(cls)
    return found


def is_a(kind: type, *, module: str, name: str) -> bool:
    """Whether a type is, or inherits from, a class of a library, which need not be loaded."""
    library = sys.modules.get(module)
    if type(library) is not types.ModuleType:
        return False
    wanted = types.ModuleType.__getattribute__(library, "__dict__").get(name, MISSING)
    return any(cls is wanted for cls in mro(kind))


def is_class(value: Any) -> bool:
    """Whether a value is a class, whatever its `__class__` says."""
    return one_of(type, mro(type(value)))


def instance_dict(value: Any) -> dict[Any, Any]:
    """The attributes that an object itself has."""
    for cls in mro(type(value)):
        found = class_dict(cls).get("__dict__")
        if found is None:
            continue
        if not one_of(type(found), (types.GetSetDescriptorType, types.MemberDescriptorType)) or is_class(value):
            return {}  # the class has put something else there
        try:
            attributes = found.__get__(value)
        except (AttributeError, TypeError):
            return {}
        return dict(attributes) if type(attributes) is dict else {}
    return {}


def class_attribute(kind: type, name: str) -> Any:
    """What a class, or one that it inherits from, defines by a name, or MISSING."""
    for cls in mro(kind):
        found = class_dict(cls).get(name, MISSING)
        if found is not MISSING:
            return found
    return MISSING


def is_numpy_function(kind: type) -> bool:
    """Whether a type is that of numpy's functions that others can override."""
    return class_name(kind) == "_ArrayFunctionDispatcher" and class_module(kind).startswith("numpy")

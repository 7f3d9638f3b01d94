"""What the menu calls a value: a function, a class, a module, a property, or the name of its type."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any

from gshell.shell.completion.static.dictionaries import (
    Missing,
    class_module,
    class_name,
    is_a,
    is_numpy_function,
    mro,
    one_of,
)

_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    classmethod,
    staticmethod,
)


def kinds(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names, and what the menu says that their values are."""
    seen: dict[int, str] = {}  # by the types' ids: the hash of a type may be the user's code
    for name, value in values.items():
        kind = type(value)
        if id(kind) not in seen:
            seen[id(kind)] = _kind(kind)
        yield name, seen[id(kind)]


def _kind(kind: type) -> str:
    if kind is Missing:
        return ""
    if one_of(kind, (property, types.GetSetDescriptorType, types.MemberDescriptorType)):
        return "property"
    if one_of(type, mro(kind)):
        return "class"
    if issubclass(kind, types.ModuleType):
        return "module"
    if one_of(kind, _FUNCTIONS) or class_module(kind) == "functools":
        return "function"
    if is_a(kind, module="numpy", name="ufunc") or is_numpy_function(kind):
        return "function"
    name = class_name(kind)
    return "function" if name == "cython_function_or_method" else name

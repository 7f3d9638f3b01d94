"""What an expression stands for, as far as dictionaries and annotations say it.

Attributes are here too: what a property or a call gives is what its annotation says, and that is an expression.
"""

from __future__ import annotations

import ast
import builtins
import sys
import types
from collections.abc import Mapping
from typing import Any

from gshell.shell.completion.static.dictionaries import (
    MISSING,
    Known,
    class_attribute,
    instance_dict,
    is_a,
    is_class,
    is_numpy_function,
    known,
    one_of,
)
from gshell.shell.completion.static.members import column, item
from gshell.shell.completion.static.tables import attribute_of_table, kind_of_table


def resolve(expression: str, namespace: Mapping[str, Any]) -> Known | None:
    """What an expression is, as far as that is known without running code."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _evaluate(tree, namespace)


_DISPLAYS: dict[type[ast.expr], type] = {
    ast.List: list,
    ast.ListComp: list,
    ast.Tuple: tuple,
    ast.Set: set,
    ast.SetComp: set,
    ast.Dict: dict,
    ast.DictComp: dict,
    ast.JoinedStr: str,
}


def _evaluate(tree: ast.expr, namespace: Mapping[str, Any]) -> Known | None:
    match tree:
        case ast.Name(id=name):
            value = namespace.get(name, MISSING)
            value = builtins.__dict__.get(name, MISSING) if value is MISSING else value
            return None if value is MISSING else known(value)
        case ast.Constant(value=value):
            return known(value)
        case ast.Attribute(value=of, attr=name):
            owner = _evaluate(of, namespace)
            return None if owner is None else attribute(owner, name)
        case ast.Subscript(value=of, slice=which):
            owner = _evaluate(of, namespace)
            return None if owner is None else _subscript(owner, which, namespace)
        case ast.Call(func=function):
            callee = _evaluate(function, namespace)
            return None if callee is None else _called(callee.value)
    kind = _DISPLAYS.get(type(tree))
    return None if kind is None else Known(kind)


def _subscript(owner: Known, which: ast.expr, namespace: Mapping[str, Any]) -> Known | None:
    """What stands in brackets behind something: a key, written or in a variable; a slice; rows of a table."""
    match which:
        case ast.Constant(value=key):
            return item(owner, key)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return item(owner, -number)
        case ast.Name():
            index = _evaluate(which, namespace)
            if index is not None and one_of(index.kind, (str, int, bytes)):
                return item(owner, index.value)
        case ast.Slice():
            return owner if kind_of_table(owner) or one_of(owner.kind, (list, tuple)) else None
        case ast.Compare() | ast.UnaryOp(op=ast.Invert()) | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            pass
        case _:
            return None
    return owner if kind_of_table(owner) else None  # a condition: some of its rows


_MAKE_ARRAYS = (
    *("array", "asarray", "zeros", "ones", "empty", "full", "eye", "zeros_like", "ones_like"),
    *("arange", "linspace", "logspace"),
)


def _called(callee: Any) -> Known | None:
    if not is_class(callee):
        numpys = one_of(type(callee), (types.BuiltinFunctionType,)) or is_numpy_function(type(callee))
        if numpys and callee.__name__ in _MAKE_ARRAYS and callee.__module__ == "numpy":
            return Known(sys.modules["numpy"].ndarray)
        return _result_of(callee)
    # type(x), and classes whose metaclass or __new__ makes something else of a call
    makes_others = class_attribute(type(callee), "__call__") is not type.__dict__["__call__"]
    return None if callee is type or makes_others else Known(callee)


def attribute(thing: Known, name: str) -> Known | None:
    """What an attribute is, or None if that is not known without running code."""
    value = thing.value
    if is_class(value):
        return _unbound(class_attribute(value, name))
    on_class = class_attribute(thing.kind, name)
    own = instance_dict(value).get(name, MISSING) if value is not MISSING else MISSING
    if own is not MISSING and not _is_data_descriptor(on_class):
        return known(own)
    if on_class is MISSING:
        if value is not MISSING and issubclass(thing.kind, types.ModuleType):
            submodule = sys.modules.get(f"{instance_dict(value).get('__name__')}.{name}", MISSING)
            return None if submodule is MISSING else known(submodule)
        return column(thing, name)
    return _bound(thing, name, on_class)


def _is_data_descriptor(value: Any) -> bool:
    return value is not MISSING and class_attribute(type(value), "__set__") is not MISSING


def _unbound(found: Any) -> Known | None:
    if found is MISSING or type(found) is property:
        return None
    if one_of(type(found), (classmethod, staticmethod)):
        return known(found.__func__)
    return known(found)


def _bound(thing: Known, name: str, found: Any) -> Known | None:
    kind = type(found)
    if kind is property:
        return _result_of(found.fget, thing)
    if one_of(kind, (classmethod, staticmethod)):
        return known(found.__func__)
    if kind is types.FunctionType and thing.value is not MISSING:
        return known(types.MethodType(found, thing.value))
    if kind is types.MemberDescriptorType and thing.value is not MISSING:  # a slot
        return _got(found, thing.value)
    if kind is types.GetSetDescriptorType and thing.value is not MISSING and _is_numpys(found):
        return _got(found, thing.value)
    if (of_table := attribute_of_table(thing, name, found)) is not None:
        return of_table
    if class_attribute(kind, "__get__") is MISSING or one_of(kind, (types.FunctionType, types.MethodDescriptorType)):
        return known(found)
    return None


def _is_numpys(getter: Any) -> bool:
    return is_a(getter.__objclass__, module="numpy", name="ndarray") and getter.__name__ in (
        "T",
        "real",
        "imag",
        "dtype",
    )


def _got(descriptor: Any, value: Any) -> Known | None:
    try:
        return known(descriptor.__get__(value))
    except (AttributeError, TypeError):
        return None


def _result_of(function: Any, owner: Known | None = None) -> Known | None:
    """What a function returns, if an annotation says so."""
    if type(function) is types.MethodType:
        owner, function = known(function.__self__), function.__func__
    while type(function) is types.FunctionType and "return" not in function.__annotations__:
        function = function.__dict__.get("__wrapped__")
    if type(function) is not types.FunctionType:
        return None
    said = function.__annotations__["return"]
    if type(said) is str:
        said = said.strip("'\"")
        if said == "Self" and owner is not None:
            return Known(owner.kind)
        found = resolve(said, function.__globals__)
        said = found.value if found is not None else None
    return Known(said) if is_class(said) and said is not types.NoneType else None

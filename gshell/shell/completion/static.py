"""What objects are and have, found without running any code of theirs.

`dir()`, `getattr()` and `isinstance()` run what a class defines: `__dir__`, `__getattr__`, properties, `__class__`.
Completion happens while the user types, so anything could happen then: a query over the network, a figure drawn, an
endless loop that no Ctrl-C breaks, since it is not in the worker.  So here only the dictionaries of objects and of
their classes are read, with the descriptors of `type` and `object` themselves, which nobody can override.

The same goes for modules: the `__getattr__` and `__dir__` of a module are not called.  Lazy modules (scipy, skimage)
say what they have in `__all__`, and their submodules are files.

Code is run for a few known kinds only: getters of numpy's arrays (they are C), and the labels of pandas's objects,
which are read by pandas's own functions.
"""

from __future__ import annotations

import ast
import builtins
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MANY = 2000
"""Keys and labels that are offered at most."""


class _Missing:
    pass


MISSING: Any = _Missing()


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


# What there is.


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
    return _labels(thing)


def _announced(module: Any, found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names that a module has not got yet, but says it has."""
    announced = found.get("__all__")
    if one_of(type(announced), (list, tuple)):
        for name in list(announced or ()):
            if type(name) is str and name not in found:
                yield name, MISSING


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
        return _column(thing, name)
    return _bound(thing, on_class)


def _is_data_descriptor(value: Any) -> bool:
    return value is not MISSING and class_attribute(type(value), "__set__") is not MISSING


def _unbound(found: Any) -> Known | None:
    if found is MISSING or type(found) is property:
        return None
    if one_of(type(found), (classmethod, staticmethod)):
        return known(found.__func__)
    return known(found)


def _bound(thing: Known, found: Any) -> Known | None:
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


# Expressions.


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
        case ast.Subscript(value=of, slice=ast.Constant(value=key)):
            owner = _evaluate(of, namespace)
            return None if owner is None else item(owner, key)
        case ast.Call(func=function):
            callee = _evaluate(function, namespace)
            return None if callee is None else _called(callee.value)
    kind = _DISPLAYS.get(type(tree))
    return None if kind is None else Known(kind)


_MAKE_ARRAYS = (
    *("array", "asarray", "zeros", "ones", "empty", "full", "eye", "zeros_like", "ones_like"),
    *("arange", "linspace", "logspace"),
)


def is_numpy_function(kind: type) -> bool:
    """Whether a type is that of numpy's functions that others can override."""
    return class_name(kind) == "_ArrayFunctionDispatcher" and class_module(kind).startswith("numpy")


def _called(callee: Any) -> Known | None:
    if not is_class(callee):
        numpys = one_of(type(callee), (types.BuiltinFunctionType,)) or is_numpy_function(type(callee))
        if numpys and callee.__name__ in _MAKE_ARRAYS and callee.__module__ == "numpy":
            return Known(sys.modules["numpy"].ndarray)
        return _result_of(callee)
    # type(x), and classes whose metaclass or __new__ makes something else of a call
    makes_others = class_attribute(type(callee), "__call__") is not type.__dict__["__call__"]
    return None if callee is type or makes_others else Known(callee)


# Keys.


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
    return _labels(thing)


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
    return _column(thing, key)


def _labels(thing: Known) -> list[Any]:
    """The labels of a pandas object: a table's columns, a series' index."""
    value = thing.value
    for name, axis in (("DataFrame", "columns"), ("Series", "index")):
        if value is not MISSING and is_a(thing.kind, module="pandas", name=name):
            pandas_class = getattr(sys.modules["pandas"], name)
            if class_attribute(thing.kind, "__getattribute__") is not object.__getattribute__:
                return []  # a subclass of the user's, and what pandas does would run that
            try:
                index = class_attribute(pandas_class, axis).__get__(value, pandas_class)
                if not class_module(type(index)).startswith("pandas"):
                    return []
                return list(index[:MANY].tolist())
            except Exception:  # pandas's, not the user's: an object that is half made, say
                return []
    return []


def _column(thing: Known, key: object) -> Known | None:
    if is_a(thing.kind, module="pandas", name="DataFrame") and any(
        type(label) is type(key) and label == key for label in _labels(thing)
    ):
        return Known(sys.modules["pandas"].Series)
    if is_a(thing.kind, module="numpy", name="ndarray") and type(key) is str:
        return Known(sys.modules["numpy"].ndarray)
    return None


def kinds(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names, and what the menu says that their values are."""
    seen: dict[int, str] = {}  # by the types' ids: the hash of a type may be the user's code
    for name, value in values.items():
        kind = type(value)
        if id(kind) not in seen:
            seen[id(kind)] = _kind(kind)
        yield name, seen[id(kind)]


def _kind(kind: type) -> str:
    if kind is _Missing:
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

"""After a reload: what others hold of the module's old version is given what the new one has.

A function becomes another one by taking its code and its closure.  The closure matters: what a decorator has made is
the decorator's wrapper, whose code is the same before and after, and the function that was edited is in its closure.
So the closure is replaced as a whole (PyFunction_SetClosure; Python itself can only assign to the cells, and those
are shared with other functions).  Closures of different lengths are no obstacle: see `_calling()`.

An object of C's that wraps a function (of lru_cache, partial) can't become another one.  Its function can, for those
who hold it; where it has a name, in the session or in a module of the user's, the name stands for the new one.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import warnings
from abc import ABCMeta
from collections.abc import Iterable, Iterator
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from gshell.code_origin import is_users
from gshell.threads.protection import protected

_OF_CLASS = {"__dict__", "__weakref__", "__slots__", "__abstractmethods__", "_abc_impl"}
_ANNOTATIONS = "__annotate__" if sys.version_info >= (3, 14) else "__annotations__"  # the latter evaluates them there
_OF_FUNCTION = ("__defaults__", "__kwdefaults__", "__doc__", "__name__", "__qualname__", "__module__", _ANNOTATIONS)
_LRU_CACHE = type(functools.lru_cache(lambda: None))
_WRAPPERS: dict[type, tuple[str, ...]] = {
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    MethodType: ("__func__",),
    property: ("fget", "fset", "fdel"),
    functools.cached_property: ("func",),
    functools.partial: ("func",),
    functools.partialmethod: ("func",),
    functools.singledispatchmethod: ("func",),
    _LRU_CACHE: ("__wrapped__",),
}
"""Objects that wrap functions, and where they have them."""


@protected
def carry_over(module: ModuleType, before: dict[str, Any], namespace: dict[str, Any]) -> None:
    """Give what was in a module `before`, and is held by others, what is in it now, after a reload.

    In `namespace`, and in the user's modules, names of something that can't be changed stand for the new one
    afterwards.  In the worker.
    """
    names = vars(module)
    carrying = _Carrying(module.__name__)
    changed = [(old, names.get(name), name) for name, old in before.items() if names.get(name) is not old]
    # First those that have their own names: others may be known by several.
    for old, new, name in sorted(changed, key=lambda each: not carrying.is_called(each[0], each[2])):
        carrying.change(old, new, name)
    for name, value in list(names.items()):
        names[name] = carrying.kept(value)
        carrying.adopt(names[name])
    for old, _, name in changed:
        if callable(old) and carrying.is_modules(old) and not carrying.was_changed(old):
            _rename(old, names.get(name), [namespace, *_users_modules()])


def _users_modules() -> Iterator[dict[str, Any]]:
    for module in list(sys.modules.values()):
        path = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if isinstance(path, str) and is_users(path):
            yield vars(module)


def _rename(old: object, new: object, namespaces: Iterable[dict[str, Any]]) -> None:
    for names in namespaces:
        for name in [name for name, value in list(names.items()) if value is old]:
            names[name] = new


class _Carrying:
    """What has been carried over so far, of one module."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: dict[int, tuple[object, object]] = {}  # new and old, by the id of the new one
        self._given: set[int] = set()  # the ids of the old ones
        self._adopted: dict[int, object] = {}

    def kept(self, value: Any) -> Any:
        """The old object that is now what this new one is, or else this one."""
        return self._kept.get(id(value), (value, value))[1]

    def was_changed(self, value: object) -> bool:
        """Whether this is an old object that was given what a new one has."""
        return id(value) in self._given

    def is_modules(self, value: object) -> bool:
        """Whether an object was made by the module's code, and not only imported by it."""
        return any(each.__module__ == self._name for each in _definitions_in(value))

    def is_called(self, value: object, name: str) -> bool:
        """Whether an object, or a function that it wraps, was defined under this name in the module."""
        return any(
            each.__module__ == self._name and each.__qualname__.rpartition(".")[2] == name
            for each in _definitions_in(value)
        )

    def change(self, old: object, new: object, name: str) -> bool:
        """Give an old object what a new one has.  False if it can't become that.

        `name` is where both are found.  An old one that is known by another name there was only put there.
        """
        if id(new) in self._kept:
            return self._kept[id(new)][1] is old
        if id(old) in self._given or not self.is_modules(old):
            return False
        if type(old) is FunctionType and type(new) is FunctionType:
            return self._may_become(old, new, name) and self._change_function(old, new)
        if isinstance(old, type) and isinstance(new, type):
            return self._may_become(old, new, name) and self._change_class(old, new)
        if type(old) is type(new) and type(old) in _WRAPPERS:
            for part in _WRAPPERS[type(old)]:
                self.change(getattr(old, part), getattr(new, part), name)
            if isinstance(old, _LRU_CACHE):
                old.cache_clear()  # those are the results of the old code
        return False

    def _may_become(self, old: Any, new: Any, name: str) -> bool:
        return bool(old.__qualname__ == new.__qualname__) or self.is_called(old, name)

    def _keep(self, old: object, new: object) -> None:
        self._kept[id(new)] = new, old
        self._given.add(id(old))

    def _change_function(self, old: FunctionType, new: FunctionType) -> bool:
        """Have a function do what another does.  False if it can't."""
        inner = dict(zip(new.__code__.co_freevars, new.__closure__ or (), strict=True))
        held = dict(zip(old.__code__.co_freevars, old.__closure__ or (), strict=True))
        with warnings.catch_warnings():
            # From 3.13 on, for a generator's code in place of another's: who replaces the closure knows about that.
            warnings.simplefilter("ignore", DeprecationWarning)
            old.__code__ = _calling(new, len(held))
            ctypes.pythonapi.PyFunction_SetClosure(ctypes.py_object(old), ctypes.py_object(new.__closure__))
            for name in _OF_FUNCTION:
                setattr(old, name, getattr(new, name))
            old.__code__ = new.__code__
        if "__wrapped__" not in new.__dict__:
            old.__dict__.pop("__wrapped__", None)
        old.__dict__.update(new.__dict__)
        self._keep(old, new)
        for name in inner.keys() & held.keys():  # a function that a decorator has wrapped may be held, too
            self.change(_contents(held[name]), _contents(inner[name]), getattr(old, "__name__", name))
        return True

    def _change_class(self, old: type, new: type) -> bool:
        """Give a class what another has.  False if it can't: it has slots, or a metaclass with rules (enum)."""
        if type(new) not in (type, ABCMeta) or type(old) is not type(new):
            return False
        if vars(old).get("__slots__") != vars(new).get("__slots__"):
            return False
        bases = tuple(map(self.kept, new.__bases__))
        if old.__bases__ != bases:
            try:
                old.__bases__ = bases
            except TypeError:
                return False
        self._keep(old, new)
        for name in [name for name in vars(old) if name not in vars(new) and name not in _OF_CLASS]:
            delattr(old, name)
        for name, value in list(vars(new).items()):
            mine = vars(old).get(name)
            # A method that was handed to somebody (a callback) is the old function: it must change, too.
            if name not in _OF_CLASS and value is not mine and not self.change(mine, value, name):
                setattr(old, name, self.kept(value))
        return True

    def adopt(self, value: Any) -> None:
        """Have what belongs to a new object mean the old ones where those were kept.

        In a method, `super()` and `__class__` mean the class in which it was written: that is the old one now.
        """
        if id(value) in self._adopted or not self.is_modules(value):
            return
        self._adopted[id(value)] = value
        if type(value) is FunctionType:
            self._adopt_in_function(value)
        elif isinstance(value, type):
            bases = tuple(map(self.kept, value.__bases__))
            if bases != value.__bases__:
                try:
                    value.__bases__ = bases
                except TypeError:
                    pass  # the layouts differ: then its base could not be kept, either
            for name, each in list(vars(value).items()):
                if self.kept(each) is not each and name not in _OF_CLASS:
                    setattr(value, name, self.kept(each))
                self.adopt(self.kept(each))
        else:
            for part in _functions_in(value):
                self.adopt(part)

    def _adopt_in_function(self, function: FunctionType) -> None:
        for cell in function.__closure__ or ():
            contents = _contents(cell)
            if self.kept(contents) is not contents:
                cell.cell_contents = self.kept(contents)
            self.adopt(self.kept(contents))
        if function.__defaults__:
            function.__defaults__ = tuple(map(self.kept, function.__defaults__))
        if function.__kwdefaults__:
            function.__kwdefaults__ = {name: self.kept(value) for name, value in function.__kwdefaults__.items()}
        for value in list(function.__dict__.values()):
            self.adopt(value)


def _template(*args: Any, **kwargs: Any) -> Any:
    function: Any = "function"
    return function(*args, **kwargs)


def _calling(function: FunctionType, length: int) -> CodeType:
    """Code that calls a function, with whatever it is called itself, for another one whose closure has this length.

    Code takes as many cells from the closure of its function as it was compiled for, and does not look how many there
    are.  So while a function has the closure of another one, but not its code yet, a thread that calls it might read
    what is behind the end.  This code takes none: it only claims to, as CPython compares the lengths.
    """
    code = _template.__code__
    constants = tuple(function if constant == "function" else constant for constant in code.co_consts)
    return code.replace(co_consts=constants, co_freevars=tuple(f"<{number}>" for number in range(length)))


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None


def _definitions_in(value: object) -> Iterator[type | FunctionType]:
    """An object, if it is a class or a function, and the functions that it wraps.  Runs no code of the user's."""
    seen: list[object] = []
    following = [value]
    while following:
        each = following.pop()
        if any(each is one for one in seen):
            continue
        seen.append(each)
        if isinstance(each, type | FunctionType):
            yield each
        if not isinstance(each, type):
            following += _functions_in(each)


def _functions_in(value: object) -> Iterator[object]:
    """The functions that an object has which wraps some: in its closure, in the attributes that are known, or else, for
    one of a decorator that is a class, in its dictionary."""
    if type(value) is FunctionType:
        found: Iterable[object] = map(_contents, value.__closure__ or ())
    elif type(value) in _WRAPPERS:
        found = [getattr(value, name) for name in _WRAPPERS[type(value)]]
    else:
        if isinstance(value, ModuleType):
            return
        try:
            found = list(object.__getattribute__(value, "__dict__").values())
        except AttributeError:
            return
    yield from (each for each in found if type(each) in (FunctionType, *_WRAPPERS))

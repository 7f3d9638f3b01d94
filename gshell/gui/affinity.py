"""Objects of a toolkit's that belong to the GUI thread, used in other threads: what is done to them is done there.

    label.setText("done")               # at the prompt, of a label that a cell with %%gui has made
    timer.timeout.connect(update)

A toolkit's object that another thread touches ends the process, sooner or later; or nothing happens, without a word.
Users don't know which objects that is true of, and should not have to.  So the attributes of these objects are looked
up by a function of ours: it hands out the toolkit's own methods, and methods in Python of classes made from it, as
functions that run on the GUI thread while the caller waits (carried.py).  On the GUI thread itself it costs one look
which thread this is.

That is one place for a whole toolkit, and nothing else changes: no method is replaced.  To wrap the methods instead
was tried in thought only.  sip and Shiboken look into the classes for functions in Python that override virtual ones,
and would call ours for every event; with the GIL, for which the GUI thread waits 5 ms beside a worker that computes.

What is looked up in a class (`QLabel.setText(label, "done")`, static functions) is seen by its metaclass in the same
way; that can't be had by assignment where the metaclass is made in C (immutable.py).  One way to a method remains
unseen: super(), in the worker.  It would be used in methods of the user's own, and these run on the GUI thread as a
whole.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import MethodType
from typing import Any, Protocol

from gshell.gui.access import Access
from gshell.gui.carried import CarriedMethod, CarriedPart, uncarried
from gshell.native_threads import get_ident

Get = Callable[[Any, str], Any]


def unguarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """A class's method that looks up or sets attributes, as it was: for objects that see to threads themselves."""
    stock: Callable[..., Any] = inspect.unwrap(method)
    return stock


class Kinds(Protocol):
    """What a toolkit's objects are.  All of it is for threads other than the GUI's."""

    methods: tuple[type[Any], ...]
    """The types of the toolkit's own methods: as they are found in an object, and in a class."""

    def belongs(self, thing: object, name: str, *, in_worker: bool) -> bool:
        """Whether the calling thread must leave the attribute `name` of `thing` to the GUI thread."""

    def is_whole(self, cls: type) -> bool:
        """Whether methods in Python of this class, made from one of the toolkit's, run on the GUI thread as a whole."""

    def is_part(self, value: object) -> bool:
        """Whether that is a part of an object, and does things to it: a signal, a set of properties."""

    def give_away(self, thing: object, start: Callable[[], object]) -> None:
        """If the calling thread has just made `thing`, have it belong to the GUI thread.

        `start()` makes the application, if there is none yet.
        """

    def has_members(self, cls: type) -> bool:
        """Whether this is a class of objects that belong to the GUI thread."""

    def is_static(self, cls: type, name: str, *, in_worker: bool) -> bool:
        """Whether `name`, a static function if it is called without an object, is for the GUI thread."""


class Affinity:
    """Guards a toolkit's classes."""

    def __init__(self, access: Access, kinds: Kinds) -> None:
        self._access = access
        self._kinds = kinds

    def guard(self, cls: Any) -> None:
        """Guard the objects of a class, and of those derived from it."""
        stock: Get = cls.__getattribute__
        here, elsewhere = self._access.ident, self._elsewhere

        @functools.wraps(stock, assigned=())  # for unguarded()
        def __getattribute__(self: object, name: str) -> Any:
            if get_ident() == here:
                return stock(self, name)
            return elsewhere(self, name, stock)

        stock_set: Callable[[Any, str, object], None] = cls.__setattr__
        set_elsewhere = self._set_elsewhere

        @functools.wraps(stock_set, assigned=())
        def __setattr__(self: object, name: str, value: object) -> None:
            if get_ident() == here:
                stock_set(self, name, value)
            else:
                set_elsewhere(self, name, lambda: stock_set(self, name, uncarried(value)))

        cls.__getattribute__ = __getattribute__
        if "__setattr__" not in vars(cls):  # Shiboken's classes have one each, and it can't be called for another
            cls.__setattr__ = __setattr__

    def getattribute_of(self, metaclass: Any) -> Get:
        """The function that looks up the attributes of classes with this metaclass."""
        stock: Get = metaclass.__getattribute__
        here, of_class = self._access.ident, self._of_class

        def __getattribute__(cls: type, name: str) -> Any:
            if get_ident() == here:
                return stock(cls, name)
            return of_class(cls, name, stock(cls, name))

        return __getattribute__

    def make_there(self, cls: Any, *, begins_twice: bool = False) -> None:
        """Have objects of a class, and of those derived from it, belong to the GUI thread if the worker makes them.

        `begins_twice`: the same call, without arguments, is also how the Python side of an object is made that exists
        already, in whatever thread it is asked for.  So what is made of nothing is given to the GUI thread later.
        """
        stock: Callable[..., None] = cls.__init__
        access, kinds = self._access, self._kinds

        def __init__(self: object, *args: object, **kwargs: object) -> None:
            if (
                get_ident() == access.ident
                or access.gone
                or not access.is_worker()
                or not kinds.has_members(type(self))
            ):
                stock(self, *args, **kwargs)
            elif args or kwargs or not begins_twice:
                CarriedMethod(lambda *own, **named: stock(self, *own, **named), access.run)(*args, **kwargs)
            else:
                stock(self)
                kinds.give_away(self, access.start)

        cls.__init__ = __init__

    def function(self, stock: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the toolkit's, which runs on the GUI thread also if the worker calls it."""
        access = self._access
        there = CarriedMethod(stock, access.run)

        @functools.wraps(stock, assigned=("__name__", "__doc__"))
        def function(*args: object, **kwargs: object) -> Any:
            if get_ident() == access.ident or access.gone or not access.is_worker():
                return stock(*args, **kwargs)
            return there(*args, **kwargs)

        return function

    def carry(self, cls: Any, names: str) -> None:
        """Have these special methods of a class, which are looked up in no other way, run there."""
        for name in names.split():
            if name in vars(cls):
                setattr(cls, name, self._special(vars(cls)[name], name))

    def _special(self, stock: Callable[..., Any], name: str) -> Callable[..., Any]:
        def special(self: object, *args: object) -> Any:
            return leave(self, name, lambda: stock(self, *args))

        leave = self._leave
        return special

    def _leave(self, thing: object, name: str, function: Callable[[], Any]) -> Any:
        access = self._access
        if get_ident() == access.ident or access.gone:
            return function()
        if self._kinds.belongs(thing, name, in_worker=access.is_worker()):
            return access.run(function)
        return function()

    def _elsewhere(self, thing: Any, name: str, stock: Get) -> Any:
        """An attribute as another thread sees it."""
        access = self._access
        if name[:2] == "__" or access.gone:
            return stock(thing, name)
        in_worker = access.is_worker()
        if not self._kinds.belongs(thing, name, in_worker=in_worker):
            return self._part(stock(thing, name), in_worker=in_worker)
        if in_worker and _is_computed(type(thing), name):
            value = access.run(lambda: stock(thing, name))
        else:
            value = stock(thing, name)
        return self._carried(value, name, in_worker=in_worker)

    def _set_elsewhere(self, thing: object, name: str, set_it: Callable[[], None]) -> None:
        """Another thread sets an attribute: a variable, or a property."""
        if _is_computed(type(thing), name):
            self._leave(thing, name, set_it)
        else:
            set_it()

    def _carried(self, value: Any, name: str, *, in_worker: bool) -> Any:
        kinds, run = self._kinds, self._access.run
        if self._is_stock(value):
            return CarriedMethod(value, run)
        if type(value) is MethodType:
            owner = value.__self__
            whole = kinds.is_whole(type(owner)) and kinds.belongs(owner, name, in_worker=in_worker)
            return CarriedMethod(value, run) if whole else value
        return self._part(value, in_worker=in_worker)

    def _is_stock(self, value: Any) -> bool:
        """Whether that is one of the toolkit's own methods.  (Newer PyGObjects bind them as Python does its own.)"""
        return isinstance(value.__func__ if type(value) is MethodType else value, self._kinds.methods)

    def _part(self, value: Any, *, in_worker: bool) -> Any:
        """A signal is carried whatever thread its object belongs to: functions belong to the one that connects them."""
        if in_worker and self._kinds.is_part(value):
            return CarriedPart(value, self._access.run, self._kinds.is_part)
        return value

    def _of_class(self, cls: type, name: str, value: Any) -> Any:
        """An attribute of a class, as another thread sees it."""
        if self._is_stock(value) and (self._kinds.has_members(cls) or self._kinds.is_static(cls, name, in_worker=True)):
            return _Unbound(value, self._access.run, self._access, self._kinds, cls)
        return value


class _Unbound(CarriedMethod):
    """A toolkit's method, or static function, that was found in a class."""

    __slots__ = ("_access", "_cls", "_kinds")

    def __init__(self, method: Any, call: Any, access: Access, kinds: Kinds, cls: type) -> None:
        super().__init__(method, call)
        self._access = access
        self._kinds = kinds
        self._cls = cls

    def __call__(self, *args: object, **kwargs: object) -> Any:
        if get_ident() == self._access.ident or not self._is_there(*args[:1]):
            return self.method(*args, **kwargs)
        return super().__call__(*args, **kwargs)

    def _is_there(self, thing: object = None) -> bool:
        """Whether that is done on the GUI thread, for this first argument."""
        own, name, in_worker = uncarried(thing), self.method.__name__, self._access.is_worker()
        if self._access.gone:
            return False
        if isinstance(own, self._cls):
            return self._kinds.belongs(own, name, in_worker=in_worker)
        return self._kinds.is_static(self._cls, name, in_worker=in_worker)


def _is_computed(cls: type, name: str) -> bool:
    """Whether an attribute of the class's objects is what a function returns: a property."""
    for each in cls.__mro__:
        if name in each.__dict__:
            found = each.__dict__[name]
            return isinstance(found, (property, functools.cached_property)) or hasattr(type(found), "__set__")
    return False

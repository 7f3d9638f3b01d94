"""Objects of the GUI thread as other threads see them: what is done to them is done there, while the caller waits.

fig.canvas.manager.window.setWindowTitle("Residuals")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Call(Protocol):
    """Runs a function on the GUI thread, waits for it, and returns its result or raises its exception."""

    def __call__(self, function: Callable[[], T], /) -> T: ...


class Carried:
    """An object of the GUI thread; `is_native(value)` tells which results are such objects again."""

    def __init__(self, value: object, call: Call, is_native: Callable[[object], bool]) -> None:
        self.__dict__.update(_value=value, _call=call, _is_native=is_native)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # what isinstance() asks
        return type(self._value)

    def __getattr__(self, name: str) -> Any:
        value = self._call(lambda: getattr(self._value, name))
        return carried(value, self._call, self._is_native)

    def __setattr__(self, name: str, value: object) -> None:
        self._call(lambda: setattr(self._value, name, value))

    def __eq__(self, other: object) -> bool:
        return bool(self._value == uncarried(other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"<{self._value!r}, on the GUI thread>"


class CarriedPart(Carried):
    """A part of an object.  For a signal: what its emission calls has been called when that returns, as ever."""

    def __getitem__(self, key: object) -> CarriedPart:
        return CarriedPart(self._call(lambda: self._value[key]), self._call, self._is_native)

    def __call__(self, *args: object, **kwargs: object) -> Any:  # some are methods, too
        return CarriedMethod(self._value, self._call)(*args, **kwargs)


class CarriedMethod:
    """A method of an object of the GUI thread; it runs there, whoever calls it, while the caller waits."""

    __slots__ = ("_call", "method")

    def __init__(self, method: Callable[..., Any], call: Call) -> None:
        self.method = method
        self._call = call

    def __call__(self, *args: object, **kwargs: object) -> Any:
        method, own = self.method, [uncarried(each) for each in args]
        named = {name: uncarried(each) for name, each in kwargs.items()}
        return self._call(lambda: method(*own, **named))

    def __getattr__(self, name: str) -> Any:
        if name == "__func__":  # or weakref.WeakMethod would make another of our type from it
            raise AttributeError(name)
        return getattr(self.method, name)

    @property
    def __wrapped__(self) -> Callable[..., Any]:  # what inspect.signature() asks for
        return self.method

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self.method.__doc__

    def __eq__(self, other: object) -> bool:
        return bool(self.method == uncarried(other))

    def __hash__(self) -> int:
        return hash(self.method)

    def __repr__(self) -> str:
        return repr(self.method)


def carried(value: Any, call: Call, is_native: Callable[[object], bool]) -> Any:
    """`value`, or what other threads get instead: a Carried object, or a function that runs on the GUI thread."""
    if is_native(value):
        return Carried(value, call, is_native)
    if callable(value) and is_native(getattr(value, "__self__", None)):
        return CarriedMethod(value, lambda function: carried(call(function), call, is_native))
    if type(value) in (list, tuple):
        return type(value)(carried(each, call, is_native) for each in value)
    return value


def uncarried(value: object) -> object:
    """The object or method itself, of one that is carried; any other value as it is."""
    if isinstance(value, CarriedMethod):
        return value.method
    return value.__dict__["_value"] if type(value) in (Carried, CarriedPart) else value

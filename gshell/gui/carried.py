"""`gshell.on_gui()`: have a function run on the GUI thread."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

Call = Callable[[Callable[[], Any]], Any]


def _call_here(function: Callable[[], Any]) -> Any:
    return function()


_call: Call = _call_here  # in plain Python there is no other thread


def set_gui_call(call: Call) -> None:
    """Have on_gui() run functions by `call(function)`.  Once, at the start of a session."""
    global _call
    _call = call


def on_gui(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Run `function(*args, **kwargs)` on the GUI thread, wait, and return its result or raise its exception.

    As a decorator: the function runs there whenever it is called.

        window = gshell.on_gui(make_window)

        @gshell.on_gui
        def show(text):
            label.setText(text)

    From any thread.  The main thread (the user's code) stands still meanwhile, so figures may be used too.  In plain
    Python, without the shell, the function just runs.
    """
    if not args and not kwargs and _is_decorator_of(function, sys._getframe(1)):
        return functools.wraps(function)(lambda *args, **kwargs: _call(_there(function, args, kwargs)))
    return _call(_there(function, args, kwargs))


def _is_decorator_of(function: Callable[..., Any], caller: FrameType) -> bool:
    """Whether on_gui() is called by `@on_gui` above `function`.

    Both uses are natural, and both get nothing but the function.  What tells them apart is the place: a decorator is
    called from a line of the very statement that defines the function.
    """
    while hasattr(function, "__wrapped__"):  # the work of another decorator in between
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if code is None or code.co_name == "<lambda>" or code.co_filename != caller.f_code.co_filename:
        return False
    last = max((line for _, _, line in code.co_lines() if line is not None), default=0)
    return caller.f_code is not code and code.co_firstlineno <= caller.f_lineno <= last


class Carried:
    """An object of the GUI thread as other threads see it: what is done to it is done there, while the caller waits.

        fig.canvas.manager.window.setWindowTitle("Residuals")

    `is_native(value)` tells which results are such objects again.
    """

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
        return bool(self._value == _uncarried(other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"<{self._value!r}, on the GUI thread>"


def carried(value: Any, call: Call, is_native: Callable[[object], bool]) -> Any:
    """`value`, or what other threads get instead: a Carried object, a function that runs on the GUI thread."""
    if is_native(value):
        return Carried(value, call, is_native)
    if callable(value) and is_native(getattr(value, "__self__", None)):

        def method(*args: Any, **kwargs: Any) -> Any:
            return carried(call(_there(value, args, kwargs)), call, is_native)

        return method
    if type(value) in (list, tuple):
        return type(value)(carried(each, call, is_native) for each in value)
    return value


def _there(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], Any]:
    """The call of `function` on the GUI thread, with the objects themselves that are carried."""
    own = [_uncarried(each) for each in args]
    named = {name: _uncarried(each) for name, each in kwargs.items()}
    return lambda: function(*own, **named)


def _uncarried(value: Any) -> Any:
    return value._value if type(value) is Carried else value

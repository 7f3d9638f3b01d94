"""`gshell.on_gui()`: have a function run on the GUI thread, now or whenever it is called.

    window = gshell.on_gui(make_window)

    @gshell.on_gui
    def show(text):
        label.setText(text)

Both uses are natural, both hand over a function and nothing else, and they want opposite things: the first runs it, the
second must not.  Nothing in the function tells them apart.  (Its lines don't: a decorator is called from a line of the
function's own statement, but so is `on_gui(outer)` in a function inside `outer`.  Nor does it help that nobody else
refers to the function yet: that is so for `on_gui(make_function())` as well.)  What tells them apart is the call, and
the compiler writes two different ones.  A call in the source says how many arguments it passes:

    LOAD on_gui;  LOAD make_window;   CALL 1

A decorator is applied to what lies on the stack already, where a method call has its `self`, and passes none:

    LOAD on_gui;  MAKE_FUNCTION show; CALL 0

So if the present instruction of the caller is `CALL 0`, and we have got a function all the same, then it belongs to the
statement that defines this function.  CPython compiles decorators that way since 3.11 (codegen_apply_decorators in its
compile.c, since 3.14 codegen.c).  One thing else looks like it: `partial(on_gui, f)()`, or another object written in C
that is called with nothing and hands us something.  So the instruction before must be one that makes a function, or
another decorator's call, and on a line below: a decorator is written above the function, and applied after it was made.
"""

from __future__ import annotations

import functools
import opcode
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, ParamSpec, TypeVar

from gshell.gui.carried import Call, uncarried

P = ParamSpec("P")
R = TypeVar("R")

_WORD = 2
"""Bytes of an instruction: what it does, and its argument."""
_CALL = opcode.opmap["CALL"]
# What is written behind an instruction, or (PRECALL, in 3.11) before a call, and does nothing of interest.
_FILLERS = {opcode.opmap[name] for name in ("CACHE", "PRECALL") if name in opcode.opmap}
# The last instruction of what makes a function: itself; what gives it defaults and annotations (3.13); the call that
# gives it type parameters, or that of another decorator.
_MAKERS = {opcode.opmap[name] for name in ("MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE", "CALL") if name in opcode.opmap}


def _call_here(function: Callable[[], R]) -> R:
    return function()


_call: Call = _call_here  # in plain Python there is no other thread


def set_gui_call(call: Call) -> None:
    """Have on_gui() run functions by `call(function)`.  Once, at the start of a session."""
    global _call
    _call = call


def on_gui(function: Callable[..., Any], /, *args: object, **kwargs: object) -> Any:
    """Run `function(*args, **kwargs)` on the GUI thread, wait, and return its result or raise its exception.

    As a decorator, `@gshell.on_gui`, it returns a function that runs there whenever it is called.

    From any thread.  The main thread (the user's code) stands still meanwhile, so figures may be used too.  In plain
    Python, without the shell, the function just runs.
    """
    if not args and not kwargs and _applies_decorator(sys._getframe(1)):
        return _decorated(function)
    return _run(function, args, kwargs)


def _decorated(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def there(*args: P.args, **kwargs: P.kwargs) -> R:
        return _run(function, args, kwargs)

    return there


def _run(function: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]) -> R:
    own = [uncarried(each) for each in args]
    named = {name: uncarried(each) for name, each in kwargs.items()}
    return _call(lambda: function(*own, **named))


def _applies_decorator(caller: FrameType) -> bool:
    """Whether the present instruction of `caller` applies a decorator to a function that it has just made."""
    code = caller.f_code.co_code  # as it was compiled, not as it is specialized while it runs
    at = _instruction(code, caller.f_lasti)
    if at < 0 or code[at] != _CALL or code[at + 1] != 0:
        return False
    before = _instruction(code, at - _WORD)
    return before >= 0 and code[before] in _MAKERS and caller.f_lineno < _line(caller.f_code, before)


def _line(code: CodeType, at: int) -> int:
    """The line of the instruction at this place; 0 if it has none."""
    return next((line or 0 for start, end, line in code.co_lines() if start <= at < end), 0)


def _instruction(code: bytes, at: int) -> int:
    """Where the instruction begins that ends at `at`; negative: there is none."""
    while at >= 0 and code[at] in _FILLERS:
        at -= _WORD
    return at

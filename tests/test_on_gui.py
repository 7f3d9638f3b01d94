"""on_gui() tells whether it is used as a decorator.  (What it does in a session is in test_gui_thread.py.)"""

from __future__ import annotations

import functools
import operator
import sys
import types
from typing import Any

import pytest

import gshell
from gshell.gui.on_gui import on_gui

DECORATORS = {
    "by its name": "@on_gui\ndef f(): return called()",
    "by the name of its module": "@gshell.on_gui\ndef f(): return called()",
    "of an instance": "@thing.on_gui\ndef f(): return called()",
    "with defaults and annotations": "@on_gui\ndef f(a=1, *, b: int = 2, **c: int) -> int: return called()",
    "in a function": (
        "def make():\n    value = called\n    @on_gui\n    def f(): return value()\n    return f\nf = make()"
    ),
    "in a class": "class C:\n    @on_gui\n    def method(self): return called()\nf = C().method",
    "static": "class C:\n    @staticmethod\n    @on_gui\n    def static(): return called()\nf = C.static",
    "twice": "@on_gui\n@on_gui\ndef f(): return called()",
    "above another": "@on_gui\n@functools.lru_cache\ndef f(): return called()",
    "below another": "@functools.lru_cache\n@on_gui\ndef f(): return called()",
    "above one with arguments": "@on_gui\n@functools.lru_cache(maxsize=5)\ndef f(): return called()",
    "from an expression": "@[on_gui][0]\ndef f(): return called()",
    "many names before it": "".join(f"n{i} = {i}\n" for i in range(300)) + "@on_gui\ndef f(): return called()",
}
if sys.version_info >= (3, 12):
    DECORATORS["a generic function"] = "@on_gui\ndef f[T](a: T = None): return called()"


def names() -> tuple[dict[str, Any], list[None]]:
    """What the code of a test finds: `called`, which counts, and on_gui in several places; and that count."""
    calls: list[None] = []

    def called() -> int:
        calls.append(None)
        return len(calls)

    thing = types.SimpleNamespace(on_gui=on_gui)
    return {
        "called": called,
        "on_gui": on_gui,
        "gshell": gshell,
        "thing": thing,
        "functools": functools,
        "operator": operator,
    }, calls


@pytest.mark.parametrize("how", DECORATORS)
def test_decorator(how: str) -> None:
    namespace, calls = names()
    exec(DECORATORS[how], namespace)
    assert calls == []
    assert namespace["f"]() == 1


RUNS = {
    "a name": "f = called; got = on_gui(f)",
    "a lambda": "got = on_gui(lambda: called())",
    "what a function makes": "def make():\n    def made(): return called()\n    return made\ngot = on_gui(make())",
    "a partial object": "got = on_gui(functools.partial(called))",
    "on the line of the definition": "def f(): return called()\ng = f; got = on_gui(f)",
    "to its own name": "def f(): return called()\ngot = f = on_gui(f)",
    "within itself": "def f(there=False): return called() if there else on_gui(functools.partial(f, True))\ngot = f()",
    "within a function in itself": (
        "def f(there=[]):\n"
        "    def inner(): return on_gui(f)\n"
        "    if there: return called()\n"
        "    there.append(1); return inner()\n"
        "got = f()"
    ),
    "by a partial object": "got = functools.partial(on_gui, called)()",
    "by a named partial object": "p = functools.partial(on_gui, called); got = p()",
    "by map": "got, = map(on_gui, [called])",
    "by methodcaller": "got = operator.methodcaller('on_gui', called)(thing)",
    "by a decorator of one's own": "def now(function): return on_gui(function)\n@now\ndef got(): return called()",
}


@pytest.mark.parametrize("how", RUNS)
def test_runs_now(how: str) -> None:
    namespace, calls = names()
    exec(RUNS[how], namespace)
    assert len(calls) == 1
    assert namespace["got"] == 1


def test_runs_now_again_and_again() -> None:
    """Also when the interpreter has specialized the call."""
    namespace, calls = names()
    exec(
        "p = functools.partial(on_gui, called)\ndef again():\n    for i in range(500): on_gui(called); p()\n", namespace
    )
    namespace["again"]()
    assert len(calls) == 1000

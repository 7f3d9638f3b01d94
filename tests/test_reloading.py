"""%autoreload: what others hold of a module does what the edited file says, whatever its decorators have made of it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gshell.magics.reloading import reload

DECORATORS = """
import functools
def wrapped(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper
def bare(f):
    def wrapper(*args): return f(*args)
    return wrapper
def with_argument(value):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(*args): return value, f(*args)
        return wrapper
    return decorate
def counted(f):
    n = 0
    @functools.wraps(f)
    def wrapper(*args):
        nonlocal n
        n += 1
        return f(*args)
    wrapper.count = lambda: n
    return wrapper
class Callable:
    def __init__(self, f): self.f = f
    def __call__(self, *args): return self.f(*args)
def itself(f):
    def wrapper(*args):
        wrapper.calls += 1
        return f(*args)
    wrapper.calls = 0
    return wrapper
"""

# What a decorator is written as, what is edited in the function, and what is called then.
DECORATED = {
    "none": "",
    "functools.wraps": "@wrapped",
    "without wraps": "@bare",
    "two": "@wrapped\n@bare",
    "three": "@bare\n@wrapped\n@with_argument(0)",
    "with an argument": "@with_argument(1)",
    "counted": "@counted",
    "itself": "@itself",
    "class": "@Callable",
    "lru_cache": "@functools.lru_cache",
    "lru_cache with wraps": "@functools.lru_cache\n@wrapped",
    "wraps with cache": "@wrapped\n@functools.cache",
    "singledispatch": "@functools.singledispatch",
}
HEADER = "import functools, contextlib\nfrom decorators import *\n"


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that writes a module and imports it, or reloads it with a namespace."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "decorators.py").write_text(DECORATORS)
    path = tmp_path / "edited.py"

    def write(source: str, namespace: dict[str, Any] | None = None) -> Any:
        path.write_text(HEADER + source)
        if namespace is None:
            importlib.invalidate_caches()
            return importlib.import_module("edited")
        reload(sys.modules["edited"], namespace)
        return sys.modules["edited"]

    yield write
    for name in ("edited", "decorators", "other"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("before", DECORATED)
def test_decorated_function(edit: Any, before: str) -> None:
    for after in DECORATED:
        sys.modules.pop("edited", None)
        module = edit(f"{DECORATED[before]}\ndef f(x): return 'old', x\n")
        names = {"f": module.f}
        module.f(1)
        edit(f"{DECORATED[after]}\ndef f(x): return 'new', x\n", names)
        assert "'new'" in repr(names["f"](1)) and "'old'" not in repr(names["f"](1)), after
        assert repr(module.f(1)) == repr(names["f"](1))
        assert names["f"] is module.f


@pytest.mark.parametrize("before", [name for name in DECORATED if name != "class"])
def test_decorated_method(edit: Any, before: str) -> None:
    source = (
        "class Thing:\n    def who(self): return 'Thing'\nclass Other(Thing):\n    {}\n    def f(self): return {}\n"
    )
    for after in DECORATED:
        if after in ("class", "singledispatch"):  # neither is for methods
            continue
        sys.modules.pop("edited", None)
        module = edit(source.format(DECORATED[before].replace("\n", "\n    "), "'old', super().who()"))
        other, held = module.Other(), module.Other().f
        other.f()
        edit(source.format(DECORATED[after].replace("\n", "\n    "), "'new', super().who()"), {})
        assert "('new', 'Thing')" in repr(other.f()), after
        assert isinstance(other, module.Other) and isinstance(other, module.Thing)
        if before == after and "cache" not in before:
            assert "('new', 'Thing')" in repr(held())


HELD = {
    "contextmanager": (
        "@contextlib.contextmanager\ndef f():\n    yield {!r}\n",
        "f().__enter__()",
    ),
    "asynccontextmanager": (
        "@contextlib.asynccontextmanager\nasync def f():\n    yield {!r}\n",
        "run(f().__aenter__())",
    ),
    "generator": ("def f():\n    yield {!r}\n", "next(f())"),
    "partial": ("def g(x): return {!r}, x\nf = functools.partial(g, 1)\n", "f()[0]"),
    "partial's argument": ("def g(x): return x\nf = functools.partial(g, {!r})\n", "f()"),
    "default": ("def f(x={!r}): return x\n", "f()"),
    "keyword's default": ("def f(*, x={!r}): return x\n", "f()"),
    "lambda": ("f = lambda: {!r}\n", "f()"),
    "closure": ("def maker(x):\n    def f(): return x\n    return f\nf = maker({!r})\n", "f()"),
    "property": ("class C:\n    @property\n    def p(self): return {!r}\nf = C()\n", "f.p"),
    "setter": (
        "class C:\n    p = property(lambda self: self.v)\n    @p.setter\n    def p(self, v): self.v = {!r}\nf = C()\n",
        "setattr(f, 'p', 1) or f.p",
    ),
    "decorated property": ("class C:\n    @property\n    @wrapped\n    def p(self): return {!r}\nf = C()\n", "f.p"),
    "cached_property": ("class C:\n    @functools.cached_property\n    def p(self): return {!r}\nf = C()\n", "f.p"),
    "static method": ("class C:\n    @staticmethod\n    @wrapped\n    def s(): return {!r}\nf = C()\n", "f.s()"),
    "class method": ("class C:\n    @classmethod\n    @bare\n    def s(cls): return {!r}, cls\nf = C()\n", "f.s()[0]"),
    "partialmethod": (
        "class C:\n    def m(self, x): return {!r}, x\n    p = functools.partialmethod(m, 1)\nf = C()\n",
        "f.p()[0]",
    ),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass f:\n    x: int = 1\n    y: str = {!r}\n",
        "f().y",
    ),
    "total_ordering": (
        "@functools.total_ordering\nclass f:\n    s = {!r}\n    def __lt__(self, other): return self.s\n"
        "    __eq__ = object.__eq__\n",
        "f.__lt__(f(), f())",
    ),
    "class decorator": ("def d(c):\n    c.x = {!r}\n    return c\n@d\nclass f: pass\n", "f.x"),
    "registry": (
        "@functools.singledispatch\ndef f(x): return x\n@f.register\ndef _(x: int): return {!r}\n",
        "f(1)",
    ),
    "coroutine": ("@wrapped\nasync def f(): return {!r}\n", "run(f())"),
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_made_with_functions(edit: Any, name: str) -> None:
    import asyncio

    source, expression = HELD[name]
    module = edit(source.format("old"))
    names = {"f": module.f, "run": asyncio.run}
    if name != "cached_property":  # which a user has asked to keep
        eval(expression, names)
    edit(source.format("new value"), names)
    assert eval(expression, names) == "new value"


def test_functions_that_are_held_and_have_no_name(edit: Any) -> None:
    kinds = [name for name in DECORATED if name not in ("class", "lru_cache", "lru_cache with wraps", "singledispatch")]
    for before in kinds:
        for after in kinds:
            sys.modules.pop("edited", None)
            module = edit(f"{DECORATED[before]}\ndef f(x): return 'old', x\n")
            held = [module.f]
            edit(f"{DECORATED[after]}\ndef f(x): return 'new', x\n", {})
            assert "'new'" in repr(held[0](1)), (before, after)
            assert repr(held[0](1)) == repr(module.f(1))


def test_attributes_of_a_wrapper_know_its_variables(edit: Any) -> None:
    module = edit("@counted\ndef f(): return 'old'\n")
    f = module.f
    edit("@counted\ndef f(): return 'new'\n", {"f": f})
    assert [f(), f(), f.count(), module.f.count()] == ["new", "new", 2, 2]


def test_what_is_only_put_there_is_left_alone(edit: Any, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "from decorators import *\n@bare\ndef slow(): return 'slow'\n@bare\ndef fast(): return 'fast'\n"
        "def plain(): return 'plain'\n"
    )
    before = "from other import slow as use\ndef one(): return 1\ndef two(): return 2\nchosen = one\n"
    module = edit(before)
    other, one, two = sys.modules["other"], module.one, module.two
    names = {"use": module.use, "chosen": module.chosen}
    edit("from other import fast as use\ndef one(): return 11\ndef two(): return 22\nchosen = two\n", names)
    assert (other.slow(), other.fast(), other.plain()) == ("slow", "fast", "plain")
    assert (module.use(), module.chosen(), one(), two()) == ("fast", 22, 11, 22)
    assert module.chosen is two and names["chosen"]() == 11  # it is `one`, which has a name of its own


def test_names_in_the_users_other_modules(edit: Any, tmp_path: Path) -> None:
    module = edit("import functools\n@functools.cache\ndef f(): return 'old'\n")
    (tmp_path / "other.py").write_text("from edited import f\ndef call(): return f()\n")
    other = importlib.import_module("other")
    assert other.call() == "old"
    edit("import functools\n@functools.cache\ndef f(): return 'new'\n", {})
    assert other.call() == module.f() == "new"


def test_classes_are_the_same_everywhere(edit: Any) -> None:
    source = (
        "class A: pass\nclass B(A): pass\n@with_argument(A)\ndef f(x, kind=A): return isinstance(x, kind), {}\n"
        "class Has:\n    kind = A\n"
    )
    module = edit(source.format(1))
    a, b = module.A(), module.B()
    edit(source.format(2) + "class Late(B): pass\n", {})
    assert module.f(a) == (module.A, (True, 2)) and type(a) is module.A
    assert isinstance(b, module.A) and module.Has.kind is module.A and isinstance(module.Late(), module.A)
    edit(source.format(3) + "class Late(B): pass\n", {})
    assert isinstance(module.Late(), module.A) and isinstance(b, module.A)


def test_thread_that_runs_a_function_meanwhile(edit: Any) -> None:
    import threading

    module = edit("@wrapped\ndef f(): return 'old'\n")
    f, wrong, end = module.f, [], threading.Event()

    def call() -> None:
        while not end.is_set():
            if f() not in ("old", "new"):
                wrong.append(1)

    thread = threading.Thread(target=call)
    thread.start()
    for round_ in range(60):
        edit(("@wrapped\n" if round_ % 2 else "") + "def f(): return 'new'\n", {})
    end.set()
    thread.join()
    assert not wrong and f() == "new"

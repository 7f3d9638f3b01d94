"""The last expression of a cell: how it is shown, how much of it, and what is remembered."""

from __future__ import annotations

import ast
import dataclasses
import math
import re
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from typing import Any

import pytest

from gshell.shell.display import is_silenced
from gshell.shell.pretty import Printer, plain, pretty
from tests.conftest import Start
from tests.terminal import GShell, wait_until

Point = namedtuple("Point", "x y")


@dataclasses.dataclass
class Place:
    name: str
    at: Any
    secret: int = dataclasses.field(default=0, repr=False)


class OwnRepr(dict[str, int]):
    def __repr__(self) -> str:
        return "own"


class NoRepr(list[int]):
    pass


def shown(value: object, width: float = 80) -> str:
    text, cut = pretty(value, width, 1000)
    assert not cut
    return text


@pytest.mark.parametrize(
    "value",
    [
        *([], (), {}, set(), frozenset(), deque(), Counter(), OrderedDict(), ""),
        *([1, "a", None], (1,), (1, 2), {"a": [1, 2], (1, 2): {3}}, {3}, frozenset({1}), b"a", bytearray(b"b")),
        *(deque([1, 2], maxlen=5), Counter("aab"), Point(1, [2]), Place("here", Point(1, 2)), 1.5, range(3), slice(1)),
        *(OwnRepr(a=1), [OwnRepr()], NoRepr([1]), ..., True, "it's", "\n\x1b[31m", math),
    ],
)
def test_what_fits_is_as_repr_has_it(value: object) -> None:
    assert shown(value) == repr(value)


def test_containers_are_broken_into_lines() -> None:
    assert shown(["aaaa"] * 3, 12) == "['aaaa',\n 'aaaa',\n 'aaaa']"
    assert shown({"key": ["aaaa"] * 2, "b": 1}, 16) == "{'key': ['aaaa',\n         'aaaa'],\n 'b': 1}"
    assert shown({"key": ["aaaa"] * 2, "b": 1}, 25) == "{'key': ['aaaa', 'aaaa'],\n 'b': 1}"
    assert shown(Place("here", Point(1, "y" * 10)), 20) == (
        "Place(name='here',\n      at=Point(x=1,\n               y='yyyyyyyyyy'))"
    )
    assert shown(defaultdict(int, a=1)) == "defaultdict(int, {'a': 1})"
    assert shown({3, 1, 2}) == "{1, 2, 3}"
    assert sorted(shown({3, "a"})) == sorted("{3, 'a'}")
    for width in range(5, 60):
        text = shown([{"a": list(range(12)), "b": ("x" * 5, "y" * 5)}], width)
        assert ast.literal_eval(text) == [{"a": list(range(12)), "b": ("x" * 5, "y" * 5)}]
        assert width < 30 or max(map(len, text.split("\n"))) <= width
    assert shown(["漢字漢字"] * 2, 20) == "['漢字漢字',\n '漢字漢字']"  # each as wide as two letters


def test_recursion() -> None:
    items: list[Any] = [1]
    items.append(items)
    assert shown(items) == "[1, [...]]"
    mapping: dict[str, Any] = {}
    mapping["me"] = [mapping]
    assert shown(mapping) == "{'me': [{...}]}"
    deep: Any = 0
    for _ in range(100_000):
        deep = {0: deep}
    text, cut = pretty(deep, 80, 1000)
    assert cut
    assert "..." in text
    while deep:  # or its destructor recurses
        deep = deep[0]


def test_functions_and_classes() -> None:
    def f(x: int, *, y: int = 2) -> None:
        pass

    assert re.fullmatch(r"<function .*test_display.test_.*\.f\(x: 'int', \*, y: 'int' = 2\) -> 'None'>", shown(f))
    assert shown(len) == "<function len(obj, /)>"
    assert shown([int, OrderedDict]) == "[int, collections.OrderedDict]"


def test_only_what_can_be_looked_at() -> None:
    for value in ("x" * 10**8, b"x" * 10**8, list(range(10**6)), [["x" * 1000] * 1000] * 1000, set(range(10**5))):
        for text, cut in (pretty(value, 80, 100), plain(value, 100)):
            assert cut
            assert len(text) <= 100 * 100
            assert text.count("\n") < 100
    text, cut = pretty(list(range(5000)), 80, 0)
    assert (ast.literal_eval(text), cut) == (list(range(5000)), False)
    assert pretty(list(range(5)), 8, 3) == ("[0,\n 1,\n 2,", True)


def test_ipythons_protocol() -> None:
    class Tree:
        def __init__(self, *parts: object) -> None:
            self.parts = parts

        def _repr_pretty_(self, p: Printer, cycle: bool) -> None:
            if cycle:
                p.text("Tree(...)")
                return
            with p.group(5, "Tree(", ")"):
                for number, part in enumerate(self.parts):
                    if number:
                        p.text(",")
                        p.breakable()
                    p.pretty(part)

    class Indented:
        def _repr_pretty_(self, p: Printer, cycle: bool) -> None:
            p.begin_group(0, "begin")
            with p.indent(4):
                p.break_()
                p.text("inside")
            p.break_()
            p.end_group(0, "end")

    assert shown([Tree(1, Tree("a", "b"))]) == "[Tree(1, Tree('a', 'b'))]"
    assert shown(Tree("aaaa", "bbbb"), 15) == "Tree('aaaa',\n     'bbbb')"
    assert shown([Indented()]) == "[begin\n     inside\n end]"
    tree = Tree()
    tree.parts = (tree,)
    assert shown(tree) == "Tree(Tree(...))"


@pytest.mark.parametrize(
    ("source", "silent"),
    [
        *(("x;", True), ("x", False), ("x ; # why", True), ("x # ;", False), ("';'", False), ("f(';')  #;", False)),
        *(("(x\n);", True), ("(x # ;\n)", False), ("x; y", False), ("x\n;", True), ("é;", True), ("x;\n# end\n", True)),
        ('"""\n;"""', False),
    ],
)
def test_a_semicolon_silences(source: str, silent: bool) -> None:
    try:
        last = ast.parse(source).body[-1]
    except SyntaxError:
        return
    assert is_silenced(source, last) == silent


def test_what_is_remembered(shell: GShell) -> None:
    assert shell.run("6 * 7;") == ""
    assert shell.value("'_' in globals(), 1 in Out") == "(False, False)"
    shell.run("1")
    shell.run("'two'")
    assert shell.value("_, __, _3, Out[4]") == "('two', 1, 1, 'two')"
    assert shell.run("f'a;{1}' # ;") == "Out[6]: 'a;1'"
    shell.run("_ = lambda text: text.upper()")
    assert shell.value("_('gettext')") == "'GETTEXT'"
    assert shell.value("_('still'), _8") == "('STILL', 'GETTEXT')"
    shell.run("del _")
    shell.run("'again'")
    assert shell.value("_") == "'again'"
    # what the user has set stays as it is
    shell.run("import sys; hook, sys.displayhook = sys.displayhook, lambda value: print('mine', value)")
    assert shell.run("3 + 4") == "mine 7"
    assert shell.run("3 + 5") == "mine 8"
    shell.run("sys.displayhook = hook")
    assert shell.value("3 + 6") == "9"
    assert b"\x1b[38;5;131mOut[" in shell.raw


def test_hostile_objects(shell: GShell) -> None:
    shell.run(
        "class R:\n    def __repr__(self): return eval(self.does)\n    def __init__(self, does): self.does = does\n"
    )
    assert shell.run("R('1/0')").endswith("ZeroDivisionError: division by zero")
    assert shell.run("[1, R('5')]").endswith("TypeError: __repr__ returned non-string (type int)")
    assert shell.run("R('print(1) or str(2)')").endswith("2")
    assert "RecursionError" in shell.run("R('repr(self)')")
    assert "from repr" in shell.run(
        "class E(BaseException): pass\nclass B:\n def __repr__(self): raise E('from repr')\nB()"
    )
    shell.submit('slow = R(\'print("sleeps") or __import__("time").sleep(1000)\'); slow')
    shell.wait_for("^sleeps$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    assert shell.value("_ is slow") == "True"
    shell.run(
        "class G:\n    def __getattr__(self, name): raise SystemError(name)\n    __class__ = property(lambda s: 1/0)\n"
    )
    assert re.fullmatch("<__main__.G object at .*>", shell.value("G()"))
    assert shell.run("class M:\n    def _repr_mimebundle_(self, **kw): return {'text/plain': 'bundled'}\nM()").endswith(
        ": bundled"
    )
    assert re.match(r"Out\[\d+\]: 'xxx", shell.run("'x' * 10**9"))
    assert "print(_" in shell.output(shell.number)
    assert shell.value("6 * 7") == "42"


def test_width_of_the_terminal(shell: GShell) -> None:
    shell.run("import numpy as np")
    assert shell.run("np.arange(50)").count("\n") == 2  # at 160 columns
    assert shell.run("print(np.arange(50))").count("\n") == 0
    shell.resize(40, 70)
    wait_until(lambda: shell.screen.columns == 70, "the resize")
    lines = shell.run("np.arange(50)").split("\n")
    assert max(map(len, lines)) <= 70
    assert shell.run("list(range(40))").count("\n") == 40
    shell.resize(40, 160)
    assert shell.run("list(range(40))").count("\n") == 0
    assert shell.run("with np.printoptions(linewidth=40): print(np.arange(50))\n").count("\n") == 3
    shell.run("np.set_printoptions(linewidth=50)")
    assert max(map(len, shell.run("np.arange(50)").split("\n"))) <= 50
    shell.run("import pandas as pd; frame = pd.DataFrame([range(10**9, 10**9 + 12)])")
    assert shell.run("frame").count("\n") == 2
    shell.resize(40, 60)
    assert max(map(len, shell.run("frame").split("\n"))) <= 60


def test_settings(start: Start, home: Any) -> None:
    (home / ".config" / "gshell").mkdir(parents=True)
    (home / ".config" / "gshell" / "gshell.toml").write_text('pretty = false\nmax_lines = 5\ncolors = "none"\n')
    shell = start("--no-gui")
    assert shell.run("['a' * 60] * 3") == f"Out[1]: {['a' * 60] * 3}"[:160] + "\n" + f"Out[1]: {['a' * 60] * 3}"[160:]
    assert shell.run("list(range(10))") == (
        "Out[2]: [0, 1, 2, 3, 4, ...]\n... (cut, see max_lines in %config; print(_2) shows all)"
    )
    assert shell.run("print(_2)") == str(list(range(10)))
    assert b"mOut" not in shell.raw


def test_arrays_in_containers_end_where_the_terminal_does(start: Start) -> None:
    shell = start("--no-gui", size=(40, 90))
    shell.run("import numpy as np, pandas as pd")
    for cell in (
        "{'a long name of an array': [np.linspace(0, 1, 30), np.float64(1)], 'b': 2}",
        "[pd.DataFrame(np.arange(60).reshape(2, 30) * 1000), 1]",
    ):
        lines = shell.run(cell).splitlines()
        assert 2 < len(lines) < 25
        assert all(line.lstrip()[:1] in "[{'anO0123456789." for line in lines), lines
        assert max(map(len, lines)) < 90
    assert len(shell.run("np.arange(100)").splitlines()[1]) > 80

"""Completion and signatures: what is found, that no code of the user's runs for it, and the keys."""

from __future__ import annotations

import asyncio
import collections
import enum
import functools
import json
import os
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest

from gshell.console.background import Background
from gshell.console.lookups import Lookups
from gshell.console.signatures import fragments
from gshell.settings import Settings
from gshell.shell.completion import complete, deduced
from gshell.shell.completion.files import last_word, modules
from gshell.shell.completion.scan import scan
from gshell.shell.completion.signatures import Shown, call_at, show
from gshell.shell.completion.static import resolve
from tests.bare_shell import bare_shell
from tests.conftest import Start
from tests.terminal import GShell, wait_until

matplotlib.use("agg")
import matplotlib.pyplot as plt

MAGICS = bare_shell().magics.known()


def texts(cell: str, namespace: dict[str, Any] | None = None, *, automagic: bool = True) -> list[str]:
    """What can follow at the "|" in the cell, or at its end."""
    cursor = cell.index("|") if "|" in cell else len(cell)
    return [
        each.text for each in complete(cell.replace("|", "", 1), cursor, namespace or {}, MAGICS, automagic).completions
    ]


def whole(cell: str, namespace: dict[str, Any] | None = None) -> list[str]:
    """The cells that completion makes of one."""
    return [cell[: each.start] + each.text for each in complete(cell, len(cell), namespace or {}, MAGICS).completions]


class Point:
    """An object as users have them."""

    across = 1

    def __init__(self, x: int, *, colour: str = "red") -> None:
        self.x = x
        self._hidden = 1

    def move(self, by: int) -> None:
        """A method."""

    @property
    def expensive(self) -> int:
        raise AssertionError("a property was run")


# Names.


def test_names_come_in_order() -> None:
    namespace = {"print_all": 1, "pri": 2, "_private": 3}
    assert texts("pri", namespace)[:3] == ["pri", "print_all", "print"]
    assert texts("whi") == ["while"]
    assert "_private" not in texts("", namespace)
    assert texts("_p", namespace) == ["_private"]
    assert not any(text.startswith("_") for text in texts("x = ", namespace))


def test_case_counts_if_that_finds_something() -> None:
    namespace = {"Data": 1, "data": 2, "Frame": 3}
    assert texts("da", namespace) == ["data"]
    assert texts("fra", namespace) == ["Frame"]


def test_names_of_the_cell_itself() -> None:
    assert "parameter" in texts("def f(parameter):\n    para")
    assert texts("[element for element in data if elem") == ["element"]
    assert "inside" not in texts("x = 'inside.'\nins|")[1:]


def test_nothing_in_comments_numbers_and_unknown_things() -> None:
    for cell in (
        "# pri",
        "12",
        "1.",
        "x = 3  # np.",
        "unknown.",
        "..",
        "(",
        ")",
        "'''",
        "'''pri",
        "]]",
        "\\",
        "%%",
        "\0",
    ):
        complete(cell, len(cell), {}, MAGICS)
    assert texts("# pri") == texts("12") == texts("1.") == texts("'''pri") == []


# Attributes.


def test_attributes_without_running_properties() -> None:
    namespace = {"p": Point(1), "points": [Point(2)], "d": {"a": {"p": Point(3)}}, "Point": Point}
    for expression in ("p", "points[0]", "d['a']['p']", "d['a'][ 'p' ]"):
        assert texts(f"{expression}.", namespace) == ["across", "expensive", "move", "x"], expression
    assert texts("Point(1).", namespace) == ["across", "expensive", "move"]
    assert texts("p._", namespace) == ["_hidden"]
    assert "__init__" in texts("p.__", namespace)
    assert texts("p.x.bit_c", namespace) == ["bit_count"]
    assert texts("(p\n  .mo", namespace) == ["move"]
    assert texts("f'{p.mo", namespace) == ["move"]
    assert texts("'text'.spl") == ["split", "splitlines"]


def test_attributes_of_libraries() -> None:
    namespace = {"np": np, "plt": plt, "a": np.zeros(3), "ax": plt.gca()}
    assert texts("np.linsp", namespace) == ["linspace"]
    assert texts("a.T.cums", namespace) == ["cumsum"]
    assert texts("np.linspace(0, 1).cums", namespace) == ["cumsum"]
    assert "set_xlabel" in texts("plt.gca().set_x", namespace)
    assert texts("ax.xaxis.set_label_t", namespace) == ["set_label_text"]
    assert texts("%timeit np.linsp", namespace) == ["linspace"]


def test_tables() -> None:
    df = pd.DataFrame({"alpha": [1], "two words": [2], "class": [3]})
    namespace = {"df": df, "s": pd.Series({"first": 1, "second": 2})}
    assert texts("df.alp", namespace) == ["alpha"]
    assert texts("df.tw", namespace) == []
    assert texts("df['tw", namespace) == ["two words']"]
    assert texts("df.alpha.med", namespace) == texts("df['alpha'].med", namespace) == ["median"]
    assert texts("df.T.med", namespace) == ["median"]
    assert texts('s["', namespace) == ['first"]', 'second"]']
    fields = np.zeros(2, dtype=[("width", float), ("height", int)])
    assert texts("a['w", {"a": fields}) == ["width']"]
    assert texts("a.wi", {"a": fields.view(np.recarray)}) == ["width"]


class Watchful(type):
    """A metaclass that notices whatever is done to its classes."""

    def __eq__(cls, other: object) -> bool:
        raise SystemExit("==")

    def __hash__(cls) -> int:
        raise SystemExit("hash")

    def __getattribute__(cls, name: str) -> Any:
        raise SystemExit(name)

    def __instancecheck__(cls, instance: object) -> bool:
        raise SystemExit("isinstance")


def hostile(*_: object, **__: object) -> Any:
    raise SystemExit("the user's code was run")


class HostileDict(dict):  # type: ignore[type-arg]
    """A dictionary whose own methods must not be called."""

    keys = items = get = __getitem__ = __iter__ = __len__ = __contains__ = hostile


def hostile_names() -> dict[str, Any]:
    """A namespace of objects that raise at every touch.  (Not in this module's: pytest looks at what is there.)"""
    special = ("getattr", "getattribute", "dir", "eq", "hash", "bool", "len", "iter", "getitem", "repr", "str", "call")
    attributes: dict[str, Any] = {f"__{name}__": hostile for name in special}
    traps = dict.fromkeys(("__class__", "__signature__", "trap"), property(hostile))
    cls: Any = Watchful("Hostile", (), attributes | traps | {"keys": hostile})
    h = object.__new__(cls)
    object.__getattribute__(h, "__dict__")["own"] = 1
    frame_class = type("HostileFrame", (pd.DataFrame,), {"__getattribute__": hostile})
    module = ModuleType("m")
    vars(module).update(__getattr__=hostile, __dir__=hostile)

    def wrapped(argument: object) -> None:
        """A function that says it wraps, and looks like, something hostile."""

    vars(wrapped).update(__wrapped__=h, __signature__=h)
    return {
        "h": h,
        "cls": cls,
        "d": HostileDict(a=h),
        "t": object.__new__(frame_class),
        "m": module,
        "w": wrapped,
        "p": functools.partial(wrapped, h),
        "f": lambda one, two=h: None,
    }


HOSTILE_CELLS = (
    *("h.", "h.t", "h", "h['", "h[", "h(", "f(h, ", "cls.", "cls(", "d.", "d['a'].", "d['", "t.", "t['", "h.a.b."),
    *("m.a", "x = ", "h.own.", "h.trap.", "h.__", "h().", "h[0].", "p(", "w(", "for x in h: x."),
)


@pytest.mark.parametrize("cell", HOSTILE_CELLS)
def test_hostile_objects_are_left_alone(cell: str) -> None:
    namespace = hostile_names()
    complete(cell, len(cell), namespace, MAGICS)
    call = call_at(cell, len(cell))
    if call is not None and (thing := resolve(call.callee, namespace)) is not None:
        show(call, thing)
    deduced.complete(cell, len(cell), 0, namespace)
    if cell == "h.":
        assert "own" in texts(cell, namespace)
    if cell == "d['":
        assert texts(cell, namespace) == ["a']"]


# Keys.


def test_keys() -> None:
    namespace = {"d": {"ab": {"inner": 1}, "it's": 2, "a\x1bb": 3, 7: 4, b"raw": 5}}
    assert texts("d['ab'][\"in", namespace) == ['inner"]']
    assert texts("d['it", namespace) == ["it\\'s']"]
    assert texts('d["it', namespace) == ["it's\"]"]
    assert texts("d[b'", namespace) == ["raw']"]
    assert texts("d['ab|']", namespace) == ["ab"]
    assert texts("d[", namespace)[:2] == ["'ab']", '"it\'s"]']
    assert "7]" in texts("d[", namespace)
    assert not [text for text in texts("d['", namespace) if not text.isprintable()]
    assert texts("c['on", {"c": collections.OrderedDict(one=1)}) == ["one']"]
    assert texts("os.environ['HOM", {"os": os}) == ["HOME']"]
    assert texts("{'key': d['ab", namespace) == ["ab']"]


# Arguments.


def test_arguments() -> None:
    def f(alpha: int, beta: int = 2, *args: int, gamma: int) -> None: ...

    namespace = {"f": f, "Point": Point, "plt": plt, "np": np, "g": functools.cache(f), "part": functools.partial(f, 1)}
    assert texts("f(al", namespace)[0] == "alpha="
    assert texts("f(1, gamma=3, ", namespace)[:2] == ["alpha=", "beta="]
    assert texts("Point(co", namespace) == ["colour=", "compile", "complex", "continue", "copyright"]
    assert texts("g(gam", namespace) == texts("part(gam", namespace) == ["gamma="]
    assert "alpha=" in texts("plt.plot([1, 2], al", namespace)
    assert texts("plt.subplots(figs", namespace) == ["figsize="]
    assert texts("np.linspace(0, 1, nu", namespace) == ["num="]
    assert texts("np.sin(wher", namespace) == ["where="]
    assert "alpha=" not in texts("f(beta=al", namespace)
    assert "alpha=" not in texts("f(1 + al", namespace)


@pytest.mark.parametrize(
    ("cell", "current"),
    [
        ("f(", "alpha"),
        ("f(1, ", "beta=2"),
        ("f((1, 2), [3, 4", "beta=2"),
        ("f('a, b', ", "beta=2"),
        ("f(1, 2, 3, 4", "*args"),
        ("f(gamma=", "gamma"),
        ("f(beta=[", "beta=2"),
        ("f(other=", "**options"),
        ("f(1, max(2, 3), ", "*args"),
        ("f(\n  # a comment, with a comma\n  1, ", "beta=2"),
    ],
)
def test_current_argument(cell: str, current: str) -> None:
    def f(alpha: int, beta: int = 2, *args: int, gamma: object, **options: int) -> None: ...

    call = call_at(cell, len(cell))
    assert call is not None
    thing = resolve(call.callee, {"f": f})
    assert thing is not None
    shown = show(call, thing)
    assert shown is not None
    assert shown.parameters == ("alpha", "beta=2", "*args", "gamma", "**options")
    assert shown.parameters[shown.current] == current


@pytest.mark.parametrize("cell", ["def f(", "class A(", "if (", "x = (1, ", "f(1)", "'f('", "# f(", "return ("])
def test_no_call(cell: str) -> None:
    assert call_at(cell, len(cell)) is None


def test_signature_fits_the_line() -> None:
    shown = Shown("function", tuple(f"parameter{number}=None" for number in range(20)), 15)
    text = fragments(shown, 60)
    width = 0
    for style, part, *_rest in text:
        width += len(part)
        if "current" in style:
            assert part == "parameter15=None"
            break
    assert width <= 60


# Paths, magics, modules.


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with some files, which is the current one and the user's home."""
    for name in ("data.csv", "with space.py", "script.py", ".hidden", "notes.txt", "evil\x1b[31m.py"):
        (tmp_path / name).touch()
    (tmp_path / "daily" / "deep").mkdir(parents=True)
    (tmp_path / "daily" / "report.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_paths(here: Path) -> None:
    assert whole("open('da") == ["open('daily/", "open('data.csv"]
    assert whole("open('~/no") == ["open('~/notes.txt"]
    assert whole('x = "daily/') == ['x = "daily/deep/', 'x = "daily/report.py']
    assert whole("open('with") == ["open('with space.py"]
    assert whole("open('.h") == ["open('.hidden"]
    assert not [text for text in texts("open('") if not text.isprintable() or text.startswith(".")]
    assert texts("d['da", {"d": {"daytime": 1}}) == ["daytime']"]
    assert texts("open('no/such/", {}) == []


def test_commands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert whole("run ") == ["run daily/", "run script.py", "run with\\ space.py"]
    assert whole("%run -i scr") == ["%run -i script.py"]
    assert whole("run script.py da") == ["run script.py daily/", "run script.py data.csv"]
    assert whole("%cd d") == ["%cd daily/"]
    assert whole("%load no") == ["%load notes.txt"]
    assert whole("!cat with") == ["!cat with\\ space.py"]
    assert whole("!cat 'with") == ["!cat 'with space.py"]
    assert whole("files = !ls da") == ["files = !ls daily/", "files = !ls data.csv"]
    program = here / "daily" / "gshell-test-program"
    program.touch()
    monkeypatch.setenv("PATH", str(here / "daily"))
    assert whole("!gshell-te") == ["!gshell-test-program"]
    assert whole("!ls | gshell-te") == ["!ls | gshell-test-program"]
    assert last_word(r"cat a\ b/c\ d") == ("a b/c d", 9, "")


def test_magics() -> None:
    assert whole("%timei") == ["%timeit"]
    assert "timeit" in texts("timei")
    assert texts("x = timei") == []
    assert whole("%%gu") == ["%%gui"]
    assert whole("x = %timei") == ["x = %timeit"]
    assert {"timeit -n", "timeit -r"} <= set(whole("timeit -"))
    assert "timeit -n" not in whole("timeit -", {"timeit": 1})
    assert "--gui-thread" not in texts("run --g", automagic=False)
    assert "--gui-thread" in texts("run --g")
    assert whole("%config sig") == ["%config signatures"]
    assert "%timeit" not in texts("x = (1\n  %ti")


def test_modules(here: Path) -> None:
    loaded = set(sys.modules)
    assert "numpy" in texts("import nump")
    assert texts("import js") == ["json"]
    assert texts("import matplotlib.pyp") == ["pyplot"]
    assert texts("import os, js") == ["json"]
    assert texts("from os im") == ["import"]
    assert "get_exec_path" in texts("from os import (path,\n    get_e")
    assert texts("from json import loa") == ["load", "loads"]
    assert "tool" in texts("from json import too") or "tool" in modules("json")
    assert "minidom" in texts("from xml.dom import mini")
    (here / "package").mkdir()
    (here / "package" / "__init__.py").write_text("raise SystemExit('imported')")
    (here / "package" / "part.py").write_text("raise SystemExit('imported')")
    sys.path.insert(0, "")
    try:
        assert "package" in texts("import pack")
        assert texts("from package import pa") == ["part"]
        assert texts("import package.pa") == ["part"]
    finally:
        sys.path.remove("")
    assert "package" not in set(sys.modules) - loaded


# What jedi adds.


@pytest.mark.timeout(300)  # jedi reads pandas, which takes long on a busy machine
def test_deduced_from_sources() -> None:
    limit = sys.getrecursionlimit()
    namespace = {"json": json, "df": pd.DataFrame({"a": [1]}), "axes": [plt.gca()]}

    def names(code: str) -> list[str]:
        return [each.text for each in deduced.complete(code, len(code), 0, namespace)]

    assert sys.getrecursionlimit() == limit
    assert names("import pathlib\npathlib.Path('x').read_t") == ["read_text"]
    assert names("from json import dum") == ["dump", "dumps"]
    assert "agg" in names("df.groupby('a').")
    assert names("for ax in axes:\n    ax.set_xla") == ["set_xlabel"]
    assert names("json.dumps([], sort") == ["sort_keys="]
    assert not [name for name in names("def f(x): ...\nf(") if name.startswith("_gshell")]
    assert "print" not in names("json.dumps(")


def test_each_quick_answer_is_quick_enough_to_be_asked_for_at_each_key() -> None:
    namespace = {f"name_{number}": number for number in range(10_000)}
    assert len(texts("name_", namespace)) == 10_000
    cell = "def f():\n" + "    x = g('a', [1, 2], {3: 4})  # comment\n" * 5000 + "    name_1234"
    assert texts(cell, namespace)[0] == "name_1234"


def test_scan_of_any_prefix() -> None:
    text = 'f(a, \'x\\\'y\', """z\n"q"""")[{1: \'(\'}](b, r\'\\\', rb"c"  # (\n, g(h).'
    for end in range(len(text) + 1):
        seen = scan(text[:end])
        seen.expression_before(end)
        complete(text, end, {"f": len}, MAGICS)


class Colour(enum.Enum):
    """For the test below."""

    RED = 1


def test_members_of_an_enumeration() -> None:
    assert texts("Colour.R", {"Colour": Colour}) == ["RED"]


# At the prompt.


def cursor_ends(shell: GShell, end: str) -> None:
    """Wait until the line with the cursor ends in `end`."""
    wait_until(lambda: shell.cursor_line().endswith(end), f"a line that ends in {end!r}")


def test_tab_inserts_what_is_certain(shell: GShell) -> None:
    shell.run("import math; alphabet = 1; alphorn = 2; secret = {'longkey': 5}")
    shell.type("math.fact\t")
    cursor_ends(shell, "math.factorial")
    shell.type("(3)\r")
    shell.wait_for(r"^Out\[2\]: 6$")
    shell.type("alp\t")
    cursor_ends(shell, "alph")
    shell.wait_for("alphorn +int")
    shell.type("\t")
    cursor_ends(shell, "alphabet")
    shell.type("\t")
    cursor_ends(shell, "alphorn")
    shell.type("\x1b[Z")
    cursor_ends(shell, "alphabet")
    shell.press("down")
    cursor_ends(shell, "alphorn")
    shell.press("enter")  # takes it
    wait_until(lambda: "alphabet  " not in shell.text(), "the menu to go")
    shell.type(" + 40\r")
    shell.wait_for(r"^Out\[3\]: 42$")
    shell.type("secret['l\t")
    cursor_ends(shell, "secret['longkey']")
    shell.press("enter")
    shell.wait_for(r"^Out\[4\]: 5$")


def test_escape_and_typing_close_the_menu(shell: GShell) -> None:
    shell.run("value_one = 1; value_two = 2")
    shell.type("value_\t")
    shell.wait_for("value_two +int")
    shell.type("\t")
    cursor_ends(shell, "value_one")
    shell.press("escape")
    wait_until(lambda: "value_two  " not in shell.text(), "the menu to go")
    cursor_ends(shell, "value_")
    shell.type("\t")
    shell.wait_for("value_two +int")
    shell.type("two\r")
    shell.wait_for(r"^Out\[2\]: 2$")
    shell.type("if 1:\r\tvalue_t")  # a Tab at the beginning of a line indents
    shell.wait_for(r"^ +\.\.\.: {9}value_t$")
    shell.type("\t")
    shell.wait_for(r"^ +\.\.\.: {9}value_two$")
    shell.press("c-c")


def test_slow_objects_do_not_hold_up_the_keys(shell: GShell) -> None:
    shell.run(
        "import time\n"
        "class Slow:\n"
        "    own = 1\n"
        "    def __getattr__(self, name): print('RUN'); time.sleep(100)\n"
        "    def __dir__(self): print('RUN'); time.sleep(100)\n"
        "    __class__ = property(__dir__)\n"
    )
    shell.run("slow = Slow()")
    shell.type("slow.\t")
    cursor_ends(shell, "slow.own")
    shell.type(" + 41\r")
    shell.wait_for(r"^Out\[3\]: 42$")
    shell.wait_for_prompt()
    shell.type("slow.a.b.\t\tslow")
    shell.press("c-c")
    assert shell.value("6 * 7") == "42"
    assert "RUN" not in shell.text().replace("print('RUN')", "")


def test_jedi_is_asked_where_objects_cannot_tell(shell: GShell) -> None:
    shell.type("import pathlib; pathlib.Path().read_t\t")
    cursor_ends(shell, "read_text")
    shell.press("c-c")
    assert shell.value("__import__('sys').getrecursionlimit()") == "1000"


def test_menu_shows_no_control_characters(shell: GShell, home: Path) -> None:
    (home / "nasty\x1b]0;owned\x07file").touch()
    (home / "nastyfile").touch()
    shell.run("class X: pass\n")
    shell.run("x = X(); setattr(x, 'evil\\x1b[31mname', 1); x.evilother = 1")
    shell.type("x.evil\t")
    cursor_ends(shell, "x.evilother")
    shell.press("c-c")
    shell.type("open('nas\t")
    cursor_ends(shell, "open('nastyfile")
    assert b"owned" not in shell.raw
    assert b"\x1b[31mname" not in shell.raw


def test_signature_while_typing(shell: GShell) -> None:
    shell.run("def area(width, height=2, *, unit='m'): return width * height\n")
    shell.type("area(")
    shell.wait_for(r"^area\(width, height=2, \*, unit='m'\)$")
    shell.type("3, ")
    wait_until(lambda: b"\x1b[0;1mheight=2" in shell.raw, "the second parameter in bold")
    shell.type("4)")
    wait_until(lambda: not any(line.startswith("area(") for line in shell.lines()), "the signature to go")
    shell.press("enter")
    shell.wait_for(r"^Out\[2\]: 12$")
    assert shell.value("1") == "1"
    shell.type("area(")
    shell.wait_for(r"^area\(width")
    shell.press("escape")
    wait_until(lambda: not any(line.startswith("area(") for line in shell.lines()), "the signature to be hidden")
    shell.type("1, len(")
    shell.wait_for(r"^len\(obj\)$")
    shell.press("c-c")
    wait_until(lambda: not any(line.startswith("len(") for line in shell.lines()), "the signature to go with the text")


def test_settings_of_completion(start: Start, home: Path) -> None:
    file = home / ".config" / "gshell" / "gshell.toml"
    file.parent.mkdir(parents=True)
    file.write_text("complete_while_typing = true\nsignatures = false\n")
    shell = start("--no-gui")
    shell.run("value_one = 1; value_two = 2")
    shell.type("value_")
    shell.wait_for("value_two +int")
    shell.type("two")
    shell.press("enter")
    shell.wait_for(r"^Out\[2\]: 2$")
    shell.type("print(value_one,")
    shell.wait_for(r"print\(value_one,$")
    shell.type(" 5)")
    shell.press("enter")
    shell.wait_for("^1 5$")
    assert "flush=" not in shell.text()


def test_a_signature_that_is_asked_for_at_once_drops_no_completion() -> None:
    """Tab in the call of a function that only its sources tell about."""
    text = "import pathlib; pathlib.Path(pathlib.Path().read_t"
    call = call_at(text, len(text))
    assert call is not None

    async def ask() -> tuple[Any, ...]:
        lookups = Lookups(dict, dict, Settings())
        try:
            return await asyncio.gather(
                lookups.completions_in_sources(text, len(text), 0), lookups.signature_in_sources(call, text, len(text))
            )
        finally:
            lookups.close()

    found, shown = asyncio.run(ask())
    assert [each.text for each in found] == ["read_text"]
    assert shown.name == "pathlib.Path"


def test_background_ends_and_begins_again() -> None:
    async def ask() -> None:
        background = Background()
        first = await background.run(threading.current_thread)
        assert first is not None
        assert await background.run(threading.current_thread) is first
        begun, go_on = threading.Event(), threading.Event()

        def work() -> str:
            begun.set()
            go_on.wait()
            return "busy"

        busy = asyncio.ensure_future(background.run(work))
        while not begun.is_set():
            await asyncio.sleep(0)
        waiting = asyncio.ensure_future(background.run(lambda: "waiting"))
        await asyncio.sleep(0)
        background.close()
        assert await waiting is None
        other = await background.run(threading.current_thread)
        assert other is not None
        assert other is not first
        go_on.set()
        assert await busy == "busy"
        background.close()
        for thread in (first, other):
            thread.join(60)
            assert not thread.is_alive()

    asyncio.run(ask())

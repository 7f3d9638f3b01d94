"""Help: what `obj?` shows, and the pager."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import pytest

from gshell.magics import inspecting
from tests.conftest import Start
from tests.terminal import GShell


class Hostile:
    """Its own docstring."""

    def __repr__(self) -> str:
        raise SystemExit("no")

    def __len__(self) -> int:
        raise RuntimeError

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError

    def __dir__(self) -> list[str]:
        raise BaseException


class Watched:
    """A property that must not run."""

    @property
    def data(self) -> int:
        """The data."""
        raise AssertionError("it ran")

    def load(self) -> None: ...

    def _load(self) -> None: ...


def test_find() -> None:
    names: dict[str, Any] = {"a": {"k": [1, re]}, "w": Watched(), "i": 1}
    assert inspecting.find("a['k'][1].compile", names) is re.compile
    assert inspecting.find("a['k'][i]", names) is re
    assert inspecting.find("a['k'][-1]", names) is re
    assert inspecting.find("w.data", names) is Watched.data
    assert inspecting.find(" print ", names) is print
    for wrong in ("nothing", "a.b", "a[", "f()", "a + a", "w.data()", "a['x']", "", "[print() for i in a]"):
        with pytest.raises(inspecting.NotFound):
            inspecting.find(wrong, names)


def test_search() -> None:
    names: dict[str, Any] = {"re": re, "w": Watched(), "h": Hostile(), "Data": 1, "_x": 2, "dash": Watched.load}
    assert inspecting.search("re.*comp*", names) == ["re.compile"]
    assert inspecting.search("w.*", names) == ["w.data", "w.load"]
    assert "w._load" in inspecting.search("w._*", names)
    assert "w._load" in inspecting.search("w.*load", names, hidden=True)
    assert inspecting.search("da*", names) == ["Data", "dash"]
    assert inspecting.search("da*", names, case=True) == ["dash"]
    assert inspecting.search("da*", names, kind="int") == ["Data"]
    assert inspecting.search("h.*", names) == []
    assert "KeyError" in inspecting.search("*err*", names)
    assert inspecting.search("re.*.*maxgroups*", names) == []


def test_describe() -> None:
    def fields(value: object, source: bool = False) -> dict[str, str]:
        return dict(inspecting.describe(value, "x", with_source=source))

    assert fields(Hostile())["String form"] == "<Hostile whose repr failed>"
    assert fields(Hostile())["Docstring"] == "Its own docstring."
    assert fields(5) | {"Docstring": ""} == {"Type": "int", "String form": "5", "Docstring": ""}
    assert fields([1, 2])["Length"] == "2"
    many = fields(inspecting.search)
    assert "\n    pattern: 'str',\n" in many["Signature"] and "\n    *,\n    hidden: " in many["Signature"]
    assert many["File"].endswith("inspecting/finding.py")
    assert fields(Watched, source=True)["Source"].startswith("class Watched:")
    assert fields(Watched(), source=True)["Source"].startswith("class Watched:")
    assert "Docstring" not in fields(inspecting.search, source=True)
    assert fields(Watched.data)["Docstring"] == "The data."
    assert len(inspecting.text_of("x" * 10**8)) < 1000
    assert len(inspecting.text_of(list(range(10**6)))) < 1000
    assert len(inspecting.text_of(b"x" * 10**8)) < 1000
    assert fields(posixpath.join, source=True)["Source"].startswith("def join(")  # a frozen module
    assert fields(posixpath.join)["File"].endswith("posixpath.py")
    assert fields(max)["Type"] == "builtin_function_or_method"
    assert "Docstring" in fields(lambda: 0) and "no docstring" in fields(lambda: 0)["Docstring"]


def test_help(shell: GShell) -> None:
    shell.run("def area(width, height=2):\n    'The area.'\n    return width * height\n")
    output = shell.run("%pinfo area")
    assert output.splitlines() == [
        "Signature: area(width, height=2)",
        "Docstring: The area.",
        "File:        <In [1]>",
        "Type:        function",
    ]
    assert "return width * height" in shell.run("%pinfo2 area")
    assert shell.run("%pdef area") == "area(width, height=2)"
    assert shell.run("%pdoc area") == "Docstring: The area."
    assert "return width * height" in shell.run("%psource area")
    assert "return width * height" in shell.run("%pfile area")
    shell.run("class Point:\n    x = 1\n")
    assert "class Point:\n    x = 1" in shell.run("%pinfo2 Point")
    assert "Init signature: Point()" in shell.run("%pinfo Point")
    shell.run("p = Point(); p.items = [area]")
    assert "Signature: p.items[0](width, height=2)" in shell.run("%pinfo p.items[0]")
    assert shell.run("%pinfo nothing.at.all") == "Object `nothing.at.all` not found."
    assert shell.run("%pinfo") == "%pinfo: what?; usage: %pinfo NAME"
    assert shell.run("%psource max") == "there is no source of max"
    assert shell.run("%pinfo %timeit").startswith("%timeit [-n LOOPS]")
    assert shell.run("%pinfo %%capture").startswith("%%capture")
    assert shell.run("%psearch are*") == "area"
    assert shell.run("%pinfo are*") == "area"
    shell.run("import numpy as np")
    assert "np.loadtxt" in shell.run("%psearch np.*load*").split()
    output = shell.run("%pinfo np.ones(3).T")
    assert output == "Object `np.ones(3).T` not found."


def test_hostile_objects(shell: GShell) -> None:
    shell.run(
        "class H:\n    def __repr__(self): raise SystemExit\n    def __getattr__(self, name): raise MemoryError(name)\n"
    )
    shell.run("h = H()")
    assert "<H whose repr failed>" in shell.run("%pinfo h")
    assert shell.run("%pinfo h.x") == "Object `h.x` not found."
    shell.run("import time\nclass S:\n    def __repr__(self): print('begun'); time.sleep(1000)\n")
    shell.run("s = S()")
    shell.submit("%pinfo s")
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    assert shell.value("6 * 7") == "42"


def test_long_help_is_paged(start: Start, home: Path) -> None:
    shell = start("--no-gui", size=(12, 80))
    shell.submit("%pinfo dict")
    shell.wait_for("^:$")
    shell.press("q")
    shell.wait_for_prompt()
    assert "method_descriptor" in shell.run("%pinfo dict.pop")


def test_pager_of_the_user(start: Start, home: Path) -> None:
    shell = start("--no-gui", size=(12, 80), env={"PAGER": "sed 's/^/| /'"})
    assert "| Type:" in shell.run("%pinfo dict")
    shell.run("import os; os.environ['PAGER'] = 'no-such-pager'; os.environ['PATH'] = ''")
    assert "| " not in shell.run("%pinfo dict")
    (home / ".config" / "gshell").mkdir(parents=True)
    (home / ".config" / "gshell" / "gshell.toml").write_text("pager = false\n")
    shell = start("--no-gui", size=(12, 80), env={"PAGER": "sed 's/^/| /'"})
    assert "| " not in shell.run("%pinfo dict")


def test_help_of_a_magic_is_as_wide_as_the_terminal(start: Start) -> None:
    shell = start("--no-gui", size=(40, 60))
    lines = shell.run("%history?").splitlines()
    assert max(map(len, lines)) <= 60
    assert "Show what was typed in this session, or in ranges: 4, 4-6," in lines

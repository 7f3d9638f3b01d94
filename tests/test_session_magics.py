"""Magics for the session itself: settings, lists, reloading, extensions."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gshell.magics.aliases import find
from gshell.magics.reloading import Reloader, reload
from tests.bare_shell import bare_shell
from tests.conftest import Start
from tests.terminal import GShell, wait_until
from tests.xserver import XServer

BEFORE = """
import enum
class Base:
    def who(self): return 'base'
class Thing(Base):
    kind = 'old'
    gone = True
    def who(self): return super().who() + ' old'
    @property
    def size(self): return 1
    @staticmethod
    def make(): return 'old'
class Colour(enum.Enum):
    RED = 1
def f(x=1): return 'old', x
def maker():
    y = 1
    def inner(): return y
    return inner
"""
AFTER = """
import enum
class Base:
    def who(self): return 'BASE'
class Thing(Base):
    kind = 'new'
    def who(self): return super().who() + ' new'
    def more(self): return super().who() + ' more'
    @property
    def size(self): return super().who()
    @staticmethod
    def make(): return 'new'
    @classmethod
    def made(cls): return cls(), __class__
class Colour(enum.Enum):
    RED, GREEN = 1, 2
def f(x=2, *, y=3): return 'new', x, y
def maker(): return 5
value = 42
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module that can be changed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "edited.py").write_text(BEFORE)
    yield importlib.import_module("edited")
    del sys.modules["edited"]


def test_reload(module: Any) -> None:
    thing, thing_class, f, callback, colour = module.Thing(), module.Thing, module.f, module.Thing.who, module.Colour
    bound = thing.who
    names = {"Colour": colour, "f": f}
    Path(module.__file__).write_text(AFTER)
    reload(module, names)
    assert f() == ("new", 2, 3) and module.f is f
    assert module.Thing is thing_class and isinstance(thing, module.Thing)
    assert thing.who() == bound() == callback(thing) == "BASE new"
    assert (thing.kind, thing.more(), thing.size, thing.make()) == ("new", "BASE more", "BASE", "new")
    assert thing_class.made()[1] is thing_class
    assert not hasattr(thing, "gone")
    assert names["Colour"] is module.Colour is not colour and module.Colour.GREEN
    assert module.maker() == 5 and module.value == 42


def test_what_can_not_be_loaded_stays(module: Any) -> None:
    path, f = Path(module.__file__), module.f
    reloader = Reloader()
    reloader.mark("edited")
    reloader.note()
    path.write_text("f = None\n1 / 0\n")
    (problem,) = reloader.reload({})
    assert problem == f"autoreload: {path}: ZeroDivisionError: division by zero"
    assert module.f is f
    assert reloader.reload({}) == []
    path.write_text(AFTER)
    assert reloader.reload({}) == []
    assert f()[0] == "new"
    os.remove(path)
    assert reloader.reload({}) == []


def test_every_magic_has_help() -> None:
    shell = bare_shell()
    for name in shell.magics.known():
        each = find(shell, name)
        assert each is not None
        assert each.help.splitlines()[2:], each.name
        assert (each.function.__doc__ or "").strip().partition("\n")[0].endswith((".", ":")), each.name


def test_autoreload(shell: GShell, home: Path) -> None:
    (home / "mine.py").write_text("def f(): return 'old'\n")
    shell.run("load_ext autoreload")
    assert shell.run("%autoreload 2") == ""
    assert shell.run("from mine import f; f()").endswith("'old'")
    (home / "mine.py").write_text("def f(): return 'new one'\n")
    assert shell.value("f()") == "'new one'"
    (home / "mine.py").write_text("def f(: return 'wrong'\n")
    assert "mine.py: SyntaxError" in shell.run("f()")
    assert shell.value("f()") == "'new one'"
    assert shell.run("autoreload off") == ""
    (home / "mine.py").write_text("def f(): return 'third one'\n")
    assert shell.value("f()") == "'new one'"
    shell.run("autoreload now")
    assert shell.value("f()") == "'third one'"
    assert shell.run("autoreload 7").startswith("%autoreload: what is 7?")
    (home / "other.py").write_text("def g(): return 'old'\n")
    shell.run("autoreload 1")
    assert shell.run("aimport no_such_module") == "No module named 'no_such_module'"
    shell.run("aimport other")
    assert shell.run("aimport") == "Modules: other"
    (home / "other.py").write_text("def g(): return 'changed'\n")
    (home / "mine.py").write_text("def f(): return 'fourth and last'\n")
    assert shell.value("other.g(), f()") == "('changed', 'third one')"


def test_settings(shell: GShell) -> None:
    assert "max_lines" in shell.run("config")
    assert shell.run("config max_lines").startswith("max_lines = 1000  lines of a value")
    shell.run("config max_lines = 7")
    assert shell.run("config max_lines").endswith("(default: 1000)")
    shell.run("config editing vi")
    assert shell.run("%config editing").startswith('editing = "vi"')
    shell.run("config editing = emacs")
    assert shell.run("config max_lins = 7") == "there is no setting max_lins; did you mean max_lines?"
    assert shell.run("config nonsense") == "there is no setting nonsense"
    assert shell.run("config max_lines = many").startswith("max_lines is a number, 0 or more")
    assert "which value?" in shell.run("config max_lines =")
    assert shell.run("colors monokay") == "there is no style monokay; did you mean monokai?"
    assert shell.run("config colors = monokay") == "there is no style monokay; did you mean monokai?"
    shell.run("colors monokai")
    assert shell.run("colors").startswith("monokai; there are: none abap")
    shell.run("colors NoColor")
    assert shell.run("colors").startswith("none; there are")
    assert shell.run("%automagic off").startswith("Automagic is off")
    assert shell.run("%automagic") == "Automagic is on."
    shell.run("precision 2")
    assert shell.value("3.14159") == "3.14"
    shell.run("precision")
    assert shell.value("3.14159") == "3.14159"


def test_lists(start: Start) -> None:
    shell = start("--no-gui", size=(100, 120))
    shell.run("config pager = false")
    listing = shell.run("lsmagic")
    for line in ("  %run ", "  %time %%time ", "  %%capture ", "Aliases (commands of the system)"):
        assert line in listing
    assert "!command" in shell.run("quickref")
    assert "%timeit [-n LOOPS]" in shell.run("%magic")
    shell.submit("clear")
    wait_until(lambda: shell.screen.display[0].startswith("In [6]:"), "the prompt on top")


def test_extensions(shell: GShell, home: Path) -> None:
    (home / "mine.py").write_text(
        "from gshell.magics.registry import magic\n"
        "@magic('greet', '[-l] NAME')\n"
        "def greet(shell, given):\n"
        "    'Say hello.'\n"
        "    print('HELLO' if '-l' in given.options else 'hello', given.rest)\n"
        "def load_gshell_extension(shell): shell.namespace['loaded'] = True\n"
        "def unload_gshell_extension(shell): del shell.namespace['loaded']\n"
    )
    (home / "theirs.py").write_text("def load_ipython_extension(ip): pass\n")
    shell.run("load_ext mine")
    assert shell.run("greet -l you") == "HELLO you"
    assert shell.value("loaded") == "True"
    assert shell.run("load_ext mine") == "mine is loaded; reload_ext mine loads it anew"
    shell.run("reload_ext mine")
    shell.run("unload_ext mine")
    assert shell.value("'loaded' in globals()") == "False"
    assert shell.run("unload_ext mine") == "mine is not loaded"
    assert "(it is one of IPython's): it has no load_gshell_extension" in shell.run("load_ext theirs")
    assert shell.run("load_ext no_such") == "there is no module no_such"
    assert "which module?" in shell.run("load_ext")


def test_gui_line(shell: GShell) -> None:
    assert shell.run("%gui") == "gshell: this session has no toolkit"
    assert shell.run("%gui qt").startswith("%gui qt: this session has no toolkit; one is chosen when")


def test_gui_line_with_a_toolkit(display: XServer, start: Start) -> None:
    shell = start("--qt")
    assert shell.run("%gui") == "gshell: the toolkit of this session is qt"
    assert shell.run("%gui qt5") == ""
    assert "the toolkit of this session is qt; one is chosen" in shell.run("%gui gtk3")

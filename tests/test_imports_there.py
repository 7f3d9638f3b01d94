"""Modules of a toolkit that are imported before it is loaded, in whatever thread: the GUI thread imports them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from gshell.gui import imports_there
from gshell.imports import when_imported
from gshell.imports_together import held_back
from tests.conftest import Start
from tests.kept import few
from tests.kits import Kit
from tests.terminal import LIMIT, gshell, wait_until
from tests.test_toolkits import installed, pytest_generate_tests
from tests.xserver import XServer

__all__ = ["installed", "pytest_generate_tests"]  # pytest finds them here

# The import itself, between two threads.

FILES = {
    "__init__": "",
    "core": "import threading; where = threading.get_ident()",
    "more": "from kit import core",
    "whole/__init__": "from kit.whole.part import *",
    "whole/part": "from kit import core",
    "early/__init__": "from kit.early import part",
    "early/part": "from kit import core",
}


class There:
    """Another thread, that imports at the same time as it is asked to: each in a thread that has only that to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.idents: set[int] = set()
        self.fails: list[BaseException] = []

    def wanted(self) -> bool:
        return threading.get_ident() not in self.idents

    def load(self, name: str) -> None:
        self.asked.append(name)
        if self.fails:
            raise self.fails.pop()

        def run() -> None:
            self.idents.add(threading.get_ident())
            importlib.import_module(name)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(LIMIT)
        assert not thread.is_alive(), "they wait for each other"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    for name, text in FILES.items():
        path = tmp_path / "kit" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "users.py").write_text("import kit.core")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    there = There()
    imports_there.import_there(["kit.core", "kit.whole", "kit.whole.*"], there.wanted, there.load)
    yield there
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("kit", "users"):
            del sys.modules[name]


IMPORTS = {
    "a module": "import kit.core",
    "from a package": "from kit import core",
    "a name": "from kit.core import where",
    "by its name": "import importlib; importlib.import_module('kit.core')",
    "by another module": "import kit.more",
    "by a module of the user's": "import users",
    "a package": "import kit.whole",
    "a part of a package": "import kit.whole.part",
    "a package that needs it": "import kit.early",
    "a part of such a package": "import kit.early.part",
}


@pytest.mark.parametrize("name", IMPORTS)
def test_another_thread_imports_it(there: There, name: str) -> None:
    """Whatever locks the import has, the other thread can have the same."""
    exec(IMPORTS[name], {})
    core = sys.modules["kit.core"]
    assert core.where in there.idents
    assert importlib.import_module("kit.core") is core
    assert core.__spec__ is not None and core.__spec__.loader is core.__loader__
    assert importlib.util.find_spec("kit.core") is core.__spec__
    assert importlib.reload(core) is core


def test_threads_at_the_same_time(there: There) -> None:
    found = []

    def run(code: str) -> None:
        exec(code, {})
        # Not from sys.modules: at an import's end Python takes the module out and puts it back (_load_unlocked()), and
        # here several imports end with the same module.
        found.append(importlib.import_module("kit.core"))

    # Where a package imports a part of it, and another thread imports that part, Python itself (before 3.15) gives one
    # of them an error, or what there is so far.
    codes = [code for code in IMPORTS.values() if "early" not in code and "whole.part" not in code]
    threads = [threading.Thread(target=run, args=(code,), daemon=True) for code in codes * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert len(found) == len(threads) and len({*map(id, found)}) == 1
    assert found[0].where in there.idents


@pytest.mark.parametrize("error", [KeyboardInterrupt, ImportError, RuntimeError])
def test_import_that_fails(there: There, error: type[BaseException]) -> None:
    """By Ctrl-C, say: it is raised, and the next import is as if there had been none."""
    there.fails = [error()]
    with pytest.raises(error):
        exec("import kit.core", {})
    assert "kit.core" not in sys.modules
    exec("import kit.core", {})
    assert there.asked == ["kit.core", "kit.core"]


def test_to_look_for_it_is_no_import(there: There) -> None:
    assert importlib.util.find_spec("kit.core") is not None
    with pytest.raises(ModuleNotFoundError):
        exec("import kit.whole.missing", {})
    assert there.asked == ["kit.whole"]


def test_hooks_are_called_once(there: There) -> None:
    called: list[str] = []
    there_again = [each for each in sys.meta_path if isinstance(each, imports_there._Finder)]
    when_imported("kit.core", lambda module: called.append(module.__name__))
    sys.meta_path.sort(key=lambda each: each not in there_again)  # it has come first
    exec("import kit.core", {})
    assert called == ["kit.core"]


@pytest.mark.parametrize("how", ["from kit import core", "import kit.core", "from kit.more import core"])
def test_modules_are_held_back_until_all_are_there(there: There, how: str) -> None:
    """From their execution on, also for the instructions in which the import itself says that they are initialized."""
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, imports_there._Finder)]
    found: list[bool] = []
    entered = threading.Event()

    def other() -> None:
        entered.set()
        exec(how, {})
        found.append("kit.more" in sys.modules)

    thread = threading.Thread(target=other, daemon=True)
    with held_back(["kit", "kit.core", "kit.more"]):
        core = importlib.import_module("kit.core")
        with held_back(["kit", "kit.core"]):
            assert importlib.import_module("kit.core") is core
        thread.start()
        assert entered.wait(LIMIT)
        thread.join(0.2)  # what has not waited would be through
        assert not found
        exec("from kit import more", {})
        assert not found
    thread.join(LIMIT)
    assert found == [True]
    assert core.__spec__ is not None and not core.__spec__._initializing  # type: ignore[attr-defined]
    assert importlib.reload(core) is core


def test_modules_are_held_back_from_who_has_begun_to_import_one(there: There) -> None:
    """That thread has the module's lock, and asks for the package's next."""
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, imports_there._Finder)]
    bootstrap: Any = sys.modules["_frozen_importlib"]
    me, begun, errors = threading.get_ident(), threading.Event(), list[BaseException]()

    def on_call(frame: FrameType, event: str, arg: object) -> None:
        if frame.f_code.co_name == "_find_and_load_unlocked" and frame.f_locals["name"] == "kit.core":
            begun.set()
            wait_until(lambda: bootstrap._blocking_on.get(me), "the other one to wait")

    def other() -> None:
        sys.settrace(on_call)
        try:
            exec("import kit.core", {})
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=other, daemon=True)
    thread.start()
    assert begun.wait(LIMIT)
    with held_back(["kit", "kit.core", "kit.more"]):
        exec("import kit.more", {})
    thread.join(LIMIT)
    assert errors == [] and "kit.core" in sys.modules


# In the shell, in the moment when the toolkit is being loaded.

_GTK = "from gi.repository import Gtk, Gdk, GLib; Gdk.Display.get_default(); Gtk.Settings.get_default(); {0}"
AT_ONCE = {
    "qt": [
        "from PyQt5.QtCore import QTimer, QThread; QThread.currentThread()",
        "from PyQt5.QtWidgets import QApplication, QPushButton; from PyQt5 import QtGui; QtGui.QColor('red')",
        "import PyQt5.QtNetwork, PyQt5.QtCore; PyQt5.QtCore.QObject()",
        "import importlib; importlib.import_module('PyQt5.QtGui').QImage()",
    ],
    "gtk4": [_GTK.format("Gtk.StringList()"), "import gi.repository.Gtk as Gtk; Gtk.Adjustment()"],
    "gtk3": [_GTK.format("Gtk.Adjustment()"), "import gi.repository.Gdk as Gdk; Gdk.Display.get_default()"],
    "tk": ["import tkinter.ttk; tkinter.Tcl().eval('info patchlevel')"],
    "wx": [
        "import wx; wx.Colour(1, 2, 3)",
        "import wx.adv, wx.core; wx.Colour(1, 2, 3)",
        "import wx.lib.newevent, wx.stc",
    ],
}
"""What takes a thread for the toolkit's own, or ends the process, if it is the wrong one."""
AT_THE_PROMPT = {
    **AT_ONCE,
    "qt": [
        *AT_ONCE["qt"],
        # As soon as the GUI thread has imported QtCore.
        """exec("import sys\\nwhile 'PyQt5.QtCore' not in sys.modules: pass\\n"""
        """from PyQt5 import QtCore\\nfor _ in range(2000): QtCore.QThread.currentThread()")""",
    ],
}
HOW: dict[str, Callable[[str], str]] = {
    "here": lambda code: code,
    "in a thread": lambda code: (
        f"from threading import Thread; t = Thread(target=exec, args=({code!r}, {{}})); t.start(); t.join()"
    ),
    "in a child": lambda code: (
        "import os\nif (pid := os.fork()) == 0:\n"
        f"    exec({code.split(';')[0]!r})\n    os._exit(0)\nassert os.waitpid(pid, 0)[1] == 0"
    ),
}


@pytest.mark.parametrize("how", few(HOW, "here", "in a thread"))
def test_use_before_the_toolkit_is_loaded(installed: Kit, display: XServer, home: Path, how: str) -> None:
    for code in AT_ONCE[installed.name]:
        then = "import gshell; gshell.on_gui(int); print('done')"
        done = gshell("--gui", installed.name, "-c", f"{HOW[how](code)}\n{then}", home=home)
        assert (done.stdout.splitlines()[-1:], done.returncode) == (["done"], 0), (code, done.stderr)
        assert "QApplication" not in done.stderr and "Error" not in done.stderr


@pytest.mark.own_process
def test_use_at_the_first_prompt_at_once(installed: Kit, display: XServer, start: Start) -> None:
    for code in AT_THE_PROMPT[installed.name]:
        shell = start("--gui", installed.name)
        shell.submit(f"{code}; print('do' 'ne')")
        shell.wait_for("^done$")
        shell.run("import gshell; gshell.on_gui(int)")
        assert shell.run("1 + 1") and shell.alive()
        assert "QApplication was not" not in shell.text() and "Error" not in shell.text()
        shell.kill()

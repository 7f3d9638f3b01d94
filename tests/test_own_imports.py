"""Files in the current directory that have the name of a module are the user's to import, and never the shell's."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from gshell.own_imports import import_named, is_shells
from tests.conftest import Start
from tests.terminal import ROOT, GShell, wait_until
from tests.xserver import XServer

pytestmark = pytest.mark.own_shell

NOT_ASKED = ("gshell", "tests")
OTHERS = ("PyQt6", "PySide6", "PySide2", "gi", "wx", "sitecustomize", "usercustomize", "_virtualenv")


def names() -> set[str]:
    """Every module's name that something may ask for: of Python, of what is installed, and some that is not."""
    installed = {*importlib.metadata.packages_distributions()}
    return {name for name in {*sys.stdlib_module_names, *installed, *OTHERS} if name.isidentifier()} - {*NOT_ASKED}


@pytest.fixture
def traps(home: Path) -> Path:
    """The home, with a file for each of them, and a package for some; returns the file in which they say what ran."""
    log = home / "ran"
    log.touch()
    for number, name in enumerate(sorted(names())):
        path = home / f"{name}.py"
        if not number % 5:
            path = home / name / "__init__.py"
            path.parent.mkdir()
        path.write_text(f"print({name!r}, file=open({str(log)!r}, 'a'))\nhere = True\n")
    return log


def use(shell: GShell) -> None:
    """Have the shell load most of what it ever loads, without an import of the user's."""
    shell.run("1 / 0")
    for line in ("print?", "%history", "%who", "!true", "%timeit -n 1 -r 1 1", "%hist -g x", "%config", "len??"):
        shell.run(line)
    for line in ("import ran", "'a'.upp", "import json; json.dum", "[1][0].bit_l", "from gi import re", "len("):
        shell.wait_for_prompt()
        shell.type(line)
        shell.press("tab")
        wait_until(shell.is_asleep, "what follows")
        shell.press("escape", "c-c")
        shell.wait_for_prompt()


def test_the_shell_runs_no_file_of_the_current_directory(start: Start, traps: Path) -> None:
    shell = start("--no-gui")
    use(shell)
    assert traps.read_text() == ""
    # The user's own imports do, as in plain Python.
    assert shell.value("import mailbox, ftplib; mailbox.here, ftplib.here") == "(True, True)"
    assert traps.read_text().split() == ["mailbox", "ftplib"]
    assert shell.end() == 0


@pytest.mark.parametrize("code", ["-c", "-"])
def test_nor_does_a_start_without_a_prompt(home: Path, traps: Path, code: str) -> None:
    """Started as a program that lies elsewhere, as pip installs it."""
    program = home / "bin" / "gshell"
    program.parent.mkdir(exist_ok=True)
    program.write_text("import sys\nfrom gshell.cli import main\nsys.exit(main())\n")
    words = {"-c": ["-c", "print(6 * 7)"], "-": []}[code]
    for argv in ([str(program)], ["-m", "gshell"]):
        done = subprocess.run(
            [sys.executable, *argv, *words],
            input="print(6 * 7)",
            cwd=home,
            env={"PYTHONPATH": str(ROOT), "HOME": str(home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.stdout, done.returncode) == ("42\n", 0), done.stderr
    assert traps.read_text() == ""


def test_nor_do_the_windows(display: XServer, start: Start, traps: Path) -> None:
    shell = start("--gui", "qt", "--pylab")
    shell.run("figure(1)")
    display.wait_for_window("Figure 1")
    use(shell)
    assert traps.read_text() == ""


def test_nor_does_embed(start: Start, home: Path, traps: Path) -> None:
    """In a plain interactive Python, which has the current directory on its path.

    (That is put there once it runs, with -P: from 3.13 on Python itself takes linecache from there for -c.)
    """
    imported = "import sys, gshell; sys.path.insert(0, '')"
    shell = start(program=("-P", "-c", f"{imported}; gshell.embed(); import ftplib; print('af' + 'ter', ftplib.here)"))
    use(shell)
    shell.press("c-d")
    shell.wait_for("^after True$")
    assert traps.read_text() == "ftplib\n"


def test_what_the_user_names_is_the_users(start: Start, home: Path) -> None:
    """Whoever does the import: a magic, a thread, a library, a script that lies among the libraries."""
    library = home / "site-packages" / "library"
    library.mkdir(parents=True)
    (home / "one.py").write_text("def load_gshell_extension(shell): print('one' 'loaded')\n")
    for name in ("two", "three", "four", "site-packages/library/five"):
        (home / f"{name}.py").write_text("print('loaded', __name__)\n")
    (library / "__init__.py").write_text("")
    (library / "__main__.py").write_text("import five\n")
    shell = start("--no-gui")
    for line, shown in {
        "%load_ext one": "oneloaded",
        "%aimport two": "loaded two",
        "%run -m three": "loaded __main__",
        "import threading, importlib; "
        "t = threading.Thread(target=importlib.import_module, args=['four']); t.start(); t.join()": "loaded four",
        "run site-packages/library/__main__.py": "loaded five",
        "%reload_ext one": "oneloaded",
    }.items():
        assert shown in shell.run(f"{line}"), line


def test_whose_import_it_is() -> None:
    """The stack's first frame that is the user's, or the shell's, decides; tests are a user's code."""
    assert not is_shells(sys._getframe())
    assert not is_shells(None)
    assert import_named("json") is sys.modules["json"]

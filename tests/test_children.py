"""Processes of multiprocessing: what was typed at the prompt, and what a script has left, works in all of them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gshell.shell import child_main
from gshell.shell.definitions import Definitions
from tests.kept import few
from tests.terminal import GShell, gshell, wait_until

METHODS = ["spawn", "forkserver", "fork"]

TYPED = """\
import functools, enum, typing, multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
try:
    import no_such_module as maths
except ImportError:
    import math as maths
K, file, ends = 3, open('/dev/null'), []
def square(x): return x * x
def uses(x): return maths.floor(x) * K + square(x)
def default(x, by=K): return x * by
def recursive(x): return x and 1 + recursive(x - 1)
def annotated(x: typing.Any) -> 'Thing': return Thing(x)
class Thing:
    def __init__(self, x): self.x = x
    def double(self): return self.x * 2 + K
class More(Thing):
    def double(self): return super().double() + 1
@dataclass
class Point:
    x: int
    y: int = 2
class Colour(enum.Enum):
    RED = 1
class Failed(Exception): pass
thing = More(4)
def method(t): return t.double()
def point(x): return Point(x)
def colour(x): return Colour.RED
def uses_thing(x, other=thing): return thing.double() + other.x + x
@functools.lru_cache
def cached(x): return x + 1
def wrapper(f):
    @functools.wraps(f)
    def inner(x): return f(x) + K
    return inner
@wrapper
def wrapped(x): return x
def fails(x): raise Failed(x)
def begin(): global state; state = 5
def uses_state(x): return state + x
def unpickled(x): return file.name
def old(x): return 'old'
def old(x): return 'new'
"""

# What a task is, and what it is to give.
TASKS = {
    "square": "[0, 1, 4]",
    "uses": "[0, 4, 10]",
    "default": "[0, 3, 6]",
    "recursive": "[0, 1, 2]",
    "cached": "[1, 2, 3]",
    "wrapped": "[3, 4, 5]",
    "uses_thing": "[16, 17, 18]",
    "uses_state": "[5, 6, 7]",
    "old": "['new', 'new', 'new']",
    "scaled": "[0, 10, 20]",
    "maths.floor": "[0, 1, 2]",
}


@pytest.mark.parametrize("method", few(METHODS, "spawn", "fork"))
def test_what_was_typed_works_in_processes(shell: GShell, home: Path, method: str) -> None:
    (home / "script.py").write_text(
        "import math\nFACTOR = 10\nclass Left: pass\ndef scaled(x): return FACTOR * math.floor(x)\n"
        "def left(x): return Left()\n"
    )
    shell.run("run script.py")
    shell.run(TYPED)
    shell.run(f"ctx = multiprocessing.get_context({method!r}); r = {{}}")
    shell.run(
        f"with ctx.Pool(2, begin) as p:\n    for f in ({', '.join(TASKS)}): r[f.__name__] = p.map(f, range(3))\n"
        "    for f, kind in ((annotated, Thing), (point, Point), (colour, Colour), (left, Left)):\n"
        "        r[f.__name__] = all(type(each) is kind for each in p.map(f, range(3)))\n"
        "    r['method'] = p.map(method, [Thing(1), More(1)])\n"
        "    try: p.map(fails, [1])\n    except Failed as error: r['fails'] = error.args\n"
    )
    for task, value in TASKS.items():
        assert shell.value(f"r[{task.rpartition('.')[2]!r}]") == value, task
    assert shell.value("r['annotated'], r['point'], r['colour'], r['left']") == "(True, True, True, True)"
    assert shell.value("r['method'], r['fails']") == "([5, 6], (1,))"
    shell.run("def late(x): return x * K\n")
    shell.run("K = 7")  # a new process has the new value
    shell.run("with ProcessPoolExecutor(2, mp_context=ctx) as pool: r = list(pool.map(late, range(3)))\n")
    assert shell.value("r") == "[0, 7, 14]"
    shell.run("queue = ctx.SimpleQueue()")
    shell.run("def put(queue, value): queue.put((value, K))\n")
    shell.run("p = ctx.Process(target=put, args=(queue, Colour.RED)); p.start(); r = queue.get(); p.join()")
    assert shell.value("r == (Colour.RED, 7), p.exitcode") == "(True, 0)"
    if method != "fork":
        shell.run("with ctx.Pool(1) as p: p.map(unpickled, [1])\n")
        assert "NameError" in shell.output(shell.number)


SCRIPT = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
class Thing: pass
def make(x): return Thing()
def version(x): return {version}
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(1) as pool:
        print("of one class", all(isinstance(each, Thing) for each in pool.map(make, range(3))))
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        print("version", list(pool.map(version, range(1))), "class", type(pool.submit(make, 1).result()) is Thing)
"""


@pytest.mark.parametrize("method", few(METHODS, "spawn", "fork"))
def test_script_with_processes_again(shell: GShell, home: Path, method: str) -> None:
    for version in (1, 2):
        for name in ("first.py", "second.py"):
            (home / name).write_text(SCRIPT.format(version=version))
            said = shell.run(f"run {name} {method}")
            assert said.splitlines() == ["of one class True", f"version [{version}] class True"]
    shell.run("import sys; main = sys.modules['__main__']")
    assert shell.value("sys.modules.get('__mp_main__', main) is main and version(1)") == "2"


UNGUARDED = {
    "Pool": "with context.Pool(2) as pool: print(pool.map(f, range(3)))",
    "ProcessPoolExecutor": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(2, mp_context=context) as pool: print(list(pool.map(f, range(3))))"
    ),
    "Process": "p = context.Process(target=f, args=(1,)); p.start(); p.join(); print('status', p.exitcode)",
    "objects": "with context.Pool(2) as pool: print(pool.map(g, [Thing()]))",
    "raises": "if __name__ != '__main__': 1 / 0\nwith context.Pool(2) as pool: print(pool.map(f, range(3)))",
    "exits": "if __name__ != '__main__': sys.exit()\nwith context.Pool(2) as p: print(p.map(f, range(3)))",
}


@pytest.mark.parametrize("method", few(["spawn", "forkserver"], "spawn"))
def test_unguarded_script_is_an_error(home: Path, method: str) -> None:
    """And no hang, as in plain Python."""
    for name, code in UNGUARDED.items():
        (home / "script.py").write_text(
            f"import multiprocessing, sys\ncontext = multiprocessing.get_context({method!r})\n"
            f"class Thing: pass\ndef f(x): return x\ndef g(x): return x\n{code}\n"
        )
        end = gshell("--no-gui", "script.py", home=home)
        why = {"raises": "ZeroDivisionError", "exits": "SystemExit"}.get(name, "inside of `if __name__")
        assert "RuntimeError: " in end.stderr and why in end.stderr, end.stderr
        assert (end.returncode == 1) == (name != "Process")
        assert end.stdout == ("status 1\n" if name == "Process" else "")


GUARDED = """
import multiprocessing
def f(x): return x
if __name__ == "__main__":
    def inside(x): return x
    class Inside: pass
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(pool.map(f, [1]))
        print(pool.map({function}, [{value}]))
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_what_a_script_has_not_in_another_process_is_an_error(home: Path, method: str) -> None:
    """Plain Python waits for ever."""
    (home / "script.py").write_text(GUARDED.format(method=method, function="inside", value=1))
    end = gshell("--no-gui", "script.py", home=home)
    assert (end.returncode, end.stdout) == (1, "[1]\n")
    assert "NameError: script.py does not define inside in another process" in end.stderr.replace(f"{home}/", "")


def test_directory_that_was_left(shell: GShell, home: Path) -> None:
    """The script, and the modules beside it and in the current directory, are found all the same."""
    below = home / "below"
    below.mkdir()
    (below / "beside.py").write_text("N = 5\n")
    (below / "script.py").write_text(
        "import multiprocessing, os, beside\nos.chdir('..')\ndef f(x): return x * beside.N\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.map(f, [1]))\n"
    )
    shell.run("import multiprocessing")
    shell.run("cd -q below")
    assert shell.run("run script.py") == "[5]"
    shell.run("cd -q below")
    shell.run("def g(x):\n    import beside\n    return x + beside.N\n")
    shell.run("with multiprocessing.get_context('spawn').Pool(1) as pool: r = pool.map(g, [1])\n")
    assert shell.value("r") == "[6]"


def test_code_of_the_command_line(home: Path) -> None:
    code = (
        "import multiprocessing\nN = 2\ndef f(x): return x * N\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.map(f, [1, 2]))\n"
    )
    assert gshell("--no-gui", "-c", code, home=home).stdout == "[2, 4]\n"
    assert gshell("--no-gui", home=home, stdin=code).stdout == "[2, 4]\n"


def test_modules_with_processes(home: Path) -> None:
    package = home / "package"
    package.mkdir()
    source = (
        "import multiprocessing\nfrom . import N\ndef f(x): return x * N\n{guard}\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.map(f, [1, 2]))\n"
    )
    (package / "__init__.py").write_text("N = 3\n")
    (package / "guarded.py").write_text(source.format(guard="if __name__ == '__main__':"))
    (package / "__main__.py").write_text(source.format(guard="if __name__ == '__main__':"))
    (package / "unguarded.py").write_text(source.format(guard="if True:"))
    (home / "script.ipy").write_text("%run -m package.guarded\n%run -m package\n%run -m package.unguarded\n")
    end = gshell("--no-gui", "script.ipy", home=home)
    assert end.stdout == "[3, 6]\n[3, 6]\n", end.stderr
    assert "RuntimeError: " in end.stderr and "inside of `if __name__" in end.stderr


def test_script_that_shares_its_names(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text(
        "import multiprocessing\ndef g(x): return f(x) + N\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.map(f, [1]), pool.map(g, [1]))\n"
    )
    shell.run("N = 10")
    shell.run("def f(x): return x * 2\n")
    assert shell.run("run -i script.py") == "[2] [12]"


@pytest.mark.parametrize("method", METHODS)
def test_ctrl_c_ends_processes_without_a_word(shell: GShell, home: Path, method: str) -> None:
    shell.run("import multiprocessing, pathlib, time")
    shell.run("def work(x): pathlib.Path(f'begun{x}').touch(); time.sleep(1000)\n")
    shell.submit(f"with multiprocessing.get_context({method!r}).Pool(2) as pool: pool.map(work, [1, 2], 1)\n")
    wait_until(lambda: (home / "begun1").exists() and (home / "begun2").exists(), "both to have begun")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.output(shell.number).endswith("KeyboardInterrupt")
    assert "Process " not in shell.text() and shell.text().count("Traceback") == 1


# The parts.


def test_which_definitions_are_remembered() -> None:
    definitions = Definitions()
    text = (
        "import a.b, c as d\nfrom e import (f, g as h)\nx = 1\ndef k(y=x): return z\nasync def l(): pass\n"
        "try:\n    import m\nexcept ImportError:\n    m = None\n"
        "try:\n    import n\nexcept ImportError:\n    import o as n\n"
        "if __name__ == '__main__':\n    import p\nif d.q:\n    import r\nfor s in d: pass\nclass T(x): u = 1\n"
    )
    definitions.note(ast.parse(text), text, "cell")
    last = definitions.last()
    assert set(last) == {"a", "d", "f", "h", "k", "l", "n", "r", "T"}
    assert last["k"].uses == {"x", "z"}
    assert not last["k"].is_import and last["n"].is_import


def test_child_needs_nothing_of_the_shell(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("def f(): return __file__\n")
    program = (
        "import runpy, sys\nnames = {}\n"
        f"runpy.run_path({child_main.__file__!r})['script'](names, {str(tmp_path / 'script.py')!r}, '')\n"
        "print(names['f'](), [name for name in sys.modules if name.startswith('gshell')])\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    end = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert end.stdout == f"{tmp_path / 'script.py'} []\n"

"""The names of the script that was run last are those of the prompt, and of the script's own functions and threads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gshell.shell.shell import Shell
from tests.bare_shell import bare_shell
from tests.terminal import GShell

SCRIPT = """
x, scale, kept = 1, 10, [1]
def get(): return x * scale
def put(value):
    global x, made
    x = made = value
class Thing:
    def get(self): return x
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Shell]:
    """Runs a cell in a shell of this process, in a directory with script.py."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "other.py").write_text("x = 'other'\ndef other(): return x\n")
    (tmp_path / "fails.py").write_text(SCRIPT + "1 / 0\n")
    (tmp_path / "exits.py").write_text(SCRIPT + "raise SystemExit\n")
    (tmp_path / "loops.py").write_text("In = 1\nfor _ in range(3): pass\ndef last(): return _\n")
    (tmp_path / "shares.py").write_text("x = x + 1\n")
    shell = bare_shell()
    for owner, name, value in shell.hooks():
        monkeypatch.setattr(owner, name, value, raising=False)

    def run_cell(cell: str) -> Shell:
        shell.run_cell(cell)
        return shell

    return run_cell


# Cells, one after the other, and what an expression is then.
CASES = {
    "as it was": (["run script.py"], "get()", 10),
    "changed at the prompt": (["run script.py", "x = 5"], "get()", 50),
    "changed by a function": (["run script.py", "put(7)"], "x, get()", (7, 70)),
    "changed by both, in turn": (["run script.py", "put(7)", "x = 8", "put(x + 1)", "x += 1"], "x, get()", (10, 100)),
    "one changes, the other another": (["run script.py", "put(7); scale = 2"], "x, scale, get()", (7, 2, 14)),
    "a method": (["run script.py", "thing = Thing(); x = 3"], "thing.get()", 3),
    "a name that is new": (["run script.py", "put(7)"], "made", 7),
    "a name of the user's": (["made = 'mine'", "run script.py", "put(7)"], "made", "mine"),
    "a function": (["run script.py", "def get(): return 'mine'\n"], "get()", "mine"),
    "the same object": (["run script.py", "kept.append(2)"], "kept", [1, 2]),
    "deleted": (["run script.py", "del kept"], "'kept' in globals() or 'kept' in get.__globals__", False),
    "not made again": (["run script.py", "del x", "put(3)", "del x", "1"], "'x' in globals()", False),
    "names of the module": (["run script.py"], "__name__, '__file__' in globals()", ("__main__", False)),
    "names of the shell": (["7", "run loops.py", "8"], "_, len(In) > 2, last()", (8, True, 2)),
    "another script": (["run script.py", "first = get", "run other.py", "x = 6"], "first(), other()", (10, 6)),
    "the same script again": (
        ["run script.py", "first, x = get, 4", "run script.py", "x = 6"],
        "first(), get()",
        (40, 60),
    ),
    "changed in the cell of the next": (
        ["run script.py", "first, x = get, 4\n%run other.py"],
        "first(), x",
        (40, "other"),
    ),
    "one that failed": (["run fails.py", "x = 5"], "get()", 50),
    "one that exits": (["run exits.py", "x = 5"], "get()", 50),
    "one that shares": (["run script.py", "x = 5", "run -i shares.py"], "x, get()", (6, 60)),
    "under the profiler": (["run -p script.py", "x = 5"], "get()", 50),
    "in one cell": (
        ["run script.py", "x = 5\nfirst = get(); put(6); second = x\nx = 7\nthird = get()"],
        "first, second, third",
        (50, 6, 70),
    ),
    "in a cell that awaits": (
        ["import asyncio", "run script.py", "x = 5; r = [get()]\nawait asyncio.sleep(0)\nput(6); r.append(x)"],
        "r",
        [50, 6],
    ),
    "in a cell's magic": (["run script.py", "%%time\nx = 5\nr = get()\n"], "r", 50),
    "texts between": (["run script.py", "x = 5\n'text'\nr = get()"], "r, __doc__", (50, None)),
    "the future": (
        ["run script.py", "from __future__ import annotations\ndef f(y: missing): pass\nx = 5\nr = get()"],
        "r",
        50,
    ),
    "a cell that fails": (["run script.py", "x = 5; 1 / 0"], "get()", 50),
}


@pytest.mark.parametrize("case", CASES)
def test_names_of_the_last_script_are_live(run: Callable[[str], Shell], case: str) -> None:
    cells, expression, value = CASES[case]
    for cell in cells:
        run(cell)
    assert run(f"result = {expression}").namespace["result"] == value


def test_thread_of_a_script_sees_the_prompt(shell: GShell, home: Path) -> None:
    (home / "script.py").write_text(
        "import threading, time\nrunning, count = True, 0\ndef work():\n    global count\n"
        "    while running: count += 1; time.sleep(0.001)\n    print('thread', 'ended')\n"
        "thread = threading.Thread(target=work, daemon=True); thread.start()\n"
    )
    shell.run("run script.py")
    shell.run("first = count; time.sleep(0.1)")
    assert shell.value("count > first, thread.is_alive()") == "(True, True)"
    shell.run("running = False; thread.join()")
    shell.wait_for("^thread ended$")

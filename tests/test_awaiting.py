"""Cells that await: each is one coroutine, from its first line to the value that it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gshell.shell.shell import Shell
from tests.bare_shell import bare_shell
from tests.terminal import GShell

BEFORE = """\
import asyncio, contextvars, decimal
async def f(): await asyncio.sleep(0.001); return 7
async def g(): started.append(1); return 8
started = []
variable = contextvars.ContextVar("variable", default=0)
"""

SHOWN = {
    "task, then await": ("t = asyncio.create_task(f())\nawait t", "7"),
    "future that begins": ("t = asyncio.ensure_future(g()); await asyncio.sleep(0)\nstarted", "[1]"),
    "value without await": ("await f()\nasyncio.current_task() is not None", "True"),
    "one loop for all lines": (
        "loop = asyncio.get_running_loop()\nawait f()\nasyncio.get_running_loop() is loop",
        "True",
    ),
    "gather": ("ts = [f() for _ in range(3)]\nawait asyncio.gather(*ts)", "[7, 7, 7]"),
    "queue": ("q = asyncio.Queue(); t = asyncio.create_task(q.put(5))\nawait q.get()", "5"),
    "timer": ("asyncio.get_running_loop().call_soon(started.append, 2)\nawait f()\nstarted", "[2]"),
    "async with": ("async with asyncio.timeout(9):\n    t = asyncio.create_task(f())\n    x = await t\nx", "7"),
    "task group": ("async with asyncio.TaskGroup() as group:\n    t = group.create_task(f())\nt.result()", "7"),
    "async for": (
        "async def each():\n    yield 1\nt = asyncio.create_task(f())\nasync for x in each(): pass\nx, await t",
        "(1, 7)",
    ),
    "comprehension": ("t = asyncio.create_task(f())\n[await x for x in (t,)]", "[7]"),
    "in a block": ("t = asyncio.create_task(f())\nif True:\n    x = await t\nx", "7"),
    "silenced": ("t = asyncio.create_task(f())\nawait t;", ""),
    "no await": ("x = 1\nx + 1", "2"),
    "cell magic": ("%%time\nt = asyncio.create_task(f())\nawait t\n", "7"),
    "magic in the cell": ("t = asyncio.create_task(f())\nawait t\n%time await f()", "7"),
    "asyncio.run beside": ("asyncio.run(f())", "7"),
    "function with asyncio.run in a thread": (
        "t = asyncio.to_thread(lambda: asyncio.run(f()))\nawait t",
        "7",
    ),
}


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell of this process, after BEFORE."""
    monkeypatch.chdir(tmp_path)
    made = bare_shell()
    for owner, name, value in made.hooks():
        monkeypatch.setattr(owner, name, value, raising=False)
    assert made.run_cell(BEFORE).status == 0
    return made


@pytest.fixture
def shown(language: Shell, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """Runs a cell, and returns the value that it shows."""

    def run(cell: str) -> str:
        outcome = language.run_cell(cell)
        out, err = capsys.readouterr()
        assert (outcome.status, err) == (0, "")
        return out.rpartition("]: ")[2].rstrip("\n")

    return run


@pytest.mark.parametrize("name", SHOWN)
def test_cell_with_an_await_is_one_coroutine(shown: Callable[[str], str], name: str) -> None:
    cell, value = SHOWN[name]
    assert shown(cell) == value


def test_context_that_a_cell_sets_is_for_the_next(shown: Callable[[str], str]) -> None:
    shown("decimal.getcontext().prec = 5; token = variable.set(3)\nawait f()")
    assert shown("decimal.getcontext().prec, variable.get()") == "(5, 3)"
    shown("variable.set(4);")
    assert shown("await f()\nvariable.get()") == "4"


def test_task_goes_on_in_the_next_cell_that_awaits(shown: Callable[[str], str]) -> None:
    assert shown("t = asyncio.create_task(f()); await asyncio.sleep(0)\nt.done()") == "False"
    assert shown("await asyncio.wait([t])\nt.result()") == "7"


@pytest.mark.parametrize(
    ("cell", "line", "error"),
    [
        ("x = 5\n1 / 0\nawait f()", "line 2, in <module>", "ZeroDivisionError"),
        ("await f()\n1 / 0", "line 2, in <module>", "ZeroDivisionError"),
        ("await f()\nx = 5\nawait missing()", "line 3, in <module>", "NameError"),
    ],
)
def test_error_in_a_cell_that_awaits(
    language: Shell, capsys: pytest.CaptureFixture[str], cell: str, line: str, error: str
) -> None:
    assert language.run_cell(cell).status == 1
    said = capsys.readouterr().err
    assert line in said and error in said and "asyncio" not in said and "gshell" not in said


def test_script_of_the_shells_language_awaits(shown: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "script.ipy").write_text("t = asyncio.create_task(f())\nx = await t\n%who_ls\n")
    shown("run script.ipy")
    assert shown("x") == "7"


def test_ctrl_c_in_a_cell_that_awaits(shell: GShell) -> None:
    for case, (cell, cleaned) in enumerate(
        [
            ("print(w)\nwhile True: pass\nawait f()", ""),
            ("await f(); print(w)\nwhile True: pass\n", ""),
            ("await f(); print(w); time.sleep(1000)", ""),
            ("print(w); await asyncio.sleep(1000)", ""),
            ("print(w)\ntry: await asyncio.sleep(1000)\nfinally: await f(); print('cleaned')\n", "cleaned"),
            ("t = asyncio.create_task(asyncio.sleep(1000)); print(w)\nawait t", ""),
        ]
    ):
        shell.run(f"import asyncio, time; f, w = lambda: asyncio.sleep(0.001), 'begun{case}'")
        shell.submit(cell)
        shell.wait_for(f"^begun{case}$")
        shell.press("c-c")
        shell.wait_for_end_of(shell.number)
        said = shell.output(shell.number)
        assert said.endswith("KeyboardInterrupt") and cleaned in said
        assert shell.value("await f() or 1") == "1"

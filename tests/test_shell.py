"""The language side by itself: what a command's outcome says, whose names cells run in, what magics remember."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from gshell.magics.aliases import Aliases
from gshell.magics.logs import Logbook
from gshell.magics.registry import magic, magics
from gshell.magics.reloading import Reloader
from gshell.magics.run import LastRun
from gshell.magics.visited import Visited
from gshell.shell.caller import Caller
from gshell.shell.events import Event
from gshell.shell.shell import Shell
from gshell.threads.flag import INTERRUPTED
from tests.bare_shell import BareHost, bare_shell

Hook = Callable[[Shell], Shell]


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hook:
    """Has Python's hooks be those of a shell, until the end of the test or another one's, and returns it."""
    monkeypatch.chdir(tmp_path)

    def hook(shell: Shell) -> Shell:
        for owner, name, value in shell.hooks():
            monkeypatch.setattr(owner, name, value, raising=False)
        return shell

    return hook


# Outcomes.


def test_outcome_has_the_number_of_the_next_prompt(hooked: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    shell = hooked(bare_shell())
    assert shell.run_cell("x = 1").number == 2
    assert shell.run_cell("1 / 0").number == 3
    assert shell.run_cell("x = 2\n").status == 0
    assert shell.run_cell("rerun 1").number == 6  # the rerun, and what it ran
    assert shell.namespace["x"] == 1
    assert shell.run_function(lambda: None).number == 6
    assert shell.recover().number == 6
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_outcome_has_the_text_of_the_next_prompt_once(hooked: Hook) -> None:
    shell = hooked(bare_shell())
    assert shell.run_cell("x = 1").next_input == ""
    assert shell.run_cell("recall 1").next_input == "x = 1"
    assert shell.run_cell("x").next_input == ""


def test_text_of_a_startup_file_is_for_a_prompt(hooked: Hook, tmp_path: Path) -> None:
    """It runs behind the first prompt, which is on the screen already."""
    startup = tmp_path / "startup.ipy"
    startup.write_text("text = 'y = 2'\n%recall text\n")
    shell = hooked(bare_shell())
    assert shell.run_startup([startup]).next_input == ""
    assert shell.run_cell("x = 1").next_input == "y = 2"


@pytest.mark.parametrize(
    ("cell", "status", "leave"),
    [
        ("x = 1", 0, False),
        ("exit", 0, True),
        ("exit(3)", 3, True),
        ("raise SystemExit('why')", 1, False),
        ("raise SystemExit(258)", 2, False),
        ("%no_such_magic", 2, False),
        ("1 / 0", 1, False),
        ("raise KeyboardInterrupt", INTERRUPTED, False),
    ],
)
def test_status(hooked: Hook, cell: str, status: int, leave: bool) -> None:
    outcome = hooked(bare_shell()).run_cell(cell)
    assert (outcome.status, outcome.leave) == (status, leave)


def test_end_of_the_session_shows_no_traceback(hooked: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    shell = hooked(bare_shell())
    shell.commands.show_no_more()
    assert shell.run_cell("1 / 0").status == 1
    assert capsys.readouterr().err == ""


def test_host_is_told_the_end_of_a_command_after_what_it_has_left_is_undone(hooked: Hook) -> None:
    told: list[str] = []

    class Host(BareHost):
        def repair(self) -> None:
            told.append("repair")

        def after_command(self) -> None:
            told.append("after")

    shell = hooked(bare_shell(Host()))

    def leaves_something() -> None:
        left = shell.commands.undoing()
        left.__enter__().callback(told.append, "undone")
        kept.append(left)

    kept: list[object] = []
    shell.run_function(leaves_something)
    assert told == ["undone", "repair", "after"]


# Names.


def test_cells_run_in_a_callers_names_for_a_while(hooked: Hook) -> None:
    shell, module = hooked(bare_shell()), ModuleType("somebody")
    module.__dict__.update(x="of the module", _="its own")

    def caller(local: int) -> Caller:
        return Caller(sys._getframe())

    shell.run_cell("x = 'of the session'")
    with shell.nested(caller(5)):
        shell.run_cell("seen = local, len(In)")
        assert shell.namespace["seen"] == (5, 3)
    assert shell.namespace["x"] == "of the session"
    assert "seen" not in shell.namespace
    with shell.names.exchanged(module):
        shell.run_cell("x")
        assert (shell.namespace["_"], shell.namespace["_3"]) == ("its own", "of the module")
        assert shell.namespace["Out"] is shell.display.outputs
    assert module.__dict__["_"] == "its own"
    assert not {"Out", "_3"} & set(module.__dict__)
    assert shell.names.users() == ["x"]


def test_names_from_the_start_are_not_the_users() -> None:
    shell = bare_shell()
    assert shell.names.users() == []
    shell.names.hide({"np": 1})
    shell.namespace.update(np=1, x=2, _hidden=3)
    assert shell.names.users() == ["x"]
    shell.namespace["np"] = "the user's"
    assert shell.names.users() == ["np", "x"]


# Magics.


def test_what_magics_remember_is_of_one_shell(hooked: Hook, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("")
    (tmp_path / "below").mkdir()
    first = hooked(bare_shell())
    for cell in ("alias greet echo hello", "logstart -q", "run script.py", "pushd below", "autoreload 2"):
        assert first.run_cell(cell).status == 0, cell
    second = hooked(bare_shell())
    assert "greet" in first.magics.known()
    assert "greet" not in second.magics.known()
    assert second.run_cell("greet").status == 1
    assert second.run_cell("run").status == second.run_cell("popd").status == second.run_cell("logstop").status == 2
    second.run_cell("x = 'of the second'")
    assert "of the second" not in (tmp_path / "gshell_log.py").read_text()
    for kind in (Aliases, Logbook, LastRun, Visited, Reloader):
        assert first.magics.state(kind) is first.magics.state(kind)
        assert first.magics.state(kind) is not second.magics.state(kind)
    assert first.namespace["_dh"] is first.magics.state(Visited).directories


def test_magic_of_the_users_comes_before_an_alias(hooked: Hook) -> None:
    shell = hooked(bare_shell())
    magic("ls")(lambda shell, given: "mine")
    try:
        assert shell.run_cell("x = %ls").status == 0
        assert shell.namespace["x"] == "mine"
    finally:
        del magics["ls"]
    assert shell.magics.known()["ls"].usage == "[arguments]"


# Events.


def test_event() -> None:
    heard: list[str] = []
    event = Event[[str]]()

    def first(text: str) -> None:
        heard.append(f"first {text}")
        event.ignore(first)

    def second(text: str) -> None:
        heard.append(f"second {text}")

    event.listen(second)
    event.listen(second)
    event.listen(first, first=True)
    event("a")
    event("b")
    event.ignore(second)
    event.ignore(second)
    event("c")
    assert heard == ["first a", "second a", "second b"]

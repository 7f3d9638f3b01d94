"""What messages tell users to type exists, where the message is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from gshell.cli import _parser, _run_parser
from gshell.gui import choose
from gshell.magics.registry import magics
from gshell.magics.session import BESIDE
from gshell.session.host import SessionHost
from gshell.settings import Settings
from tests.bare_shell import bare_shell
from tests.terminal import ROOT, GShell, gshell

_IN_COMMAND = re.compile(r"\bgshell (?:(run|config|doctor) )?(--?[a-z][\w-]*)")
_IN_MAGIC = re.compile(r"(?:`|\()(?:%)?([a-z]\w*) (--?[a-z][\w-]*)")
_MAGIC = re.compile(r"(?<![\w%])%%?([a-z]\w+)(?![\w%])")
_SETTING = re.compile(r"see (\w+) in %config")


def _texts() -> Iterator[tuple[str, str]]:
    """What the shell may print: its texts, without docstrings of anything but magics, and where each is."""
    for path in sorted((ROOT / "gshell").rglob("*.py")):
        tree = ast.parse(path.read_text())
        silent = set()
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                silent |= {each.value for each in body if isinstance(each, ast.Expr)}
                if "magics" in path.parts and isinstance(node, ast.FunctionDef) and node.decorator_list:
                    silent -= {body[0].value} if isinstance(body[0], ast.Expr) else set()
        inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if node in silent or node in inside:
                continue
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield where, node.value
            elif isinstance(node, ast.JoinedStr):
                yield where, "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


def _command_options(command: str) -> set[str]:
    parser = _run_parser() if command == "run" else _parser()
    known = {option for action in parser._actions for option in action.option_strings}
    return {"--show", "--help"} if command == "config" else known


def test_hints_name_what_there_is() -> None:
    bare_shell().magics.known()
    seen = 0
    settings = {each.name for each in fields(Settings)}
    for where, text in _texts():
        for command, option in _IN_COMMAND.findall(text):
            assert option in _command_options(command), f"{where}: gshell {command} {option}"
            seen += 1
        for name, option in _IN_MAGIC.findall(text):
            if name in magics and magics[name].line and (name, option) != ("cd", "--part"):  # a part of a name
                assert option in magics[name].options, f"{where}: {name} {option}"
                seen += 1
        for name in _MAGIC.findall(text) if not _is_format(text) else ():
            assert name in magics or name in BESIDE, f"{where}: %{name}"
            seen += 1
        for name in _SETTING.findall(text):
            assert name in settings, where
            seen += 1
    assert seen > 40


def _is_format(text: str) -> bool:
    """Whether what follows a % in it is a format of time.strftime(), or of a number."""
    return bool(re.search(r"%[YmdHMS][-:% ]", text))


def test_toolkits_that_can_be_asked_for() -> None:
    choices = next(action.choices for action in _parser()._actions if action.dest == "gui" and action.choices)
    assert set(choices or ()) >= {*choose.TOOLKITS, *choose.FLAGS}
    how = SessionHost.how_to_choose
    host = object.__new__(SessionHost)
    for wanted in (*choose.NAMES, *choose.OTHER_NAMES):
        hint = how(host, wanted)
        assert hint.removeprefix("gshell --gui ") in choices, wanted
    for wanted in ("osx", "nothing", ""):
        assert how(host, wanted) == ""


@pytest.mark.parametrize("wanted", ["nothing", "qt", "qt5", "tk"])
def test_toolkit_at_the_prompt(shell: GShell, wanted: str) -> None:
    said = shell.run(f"%gui {wanted}")
    hint = re.search(r"\((gshell .*)\)$", said)
    assert (hint is None) == (wanted == "nothing"), said
    if hint is not None:
        _parser().parse_args(hint[1].split()[1:])


def test_hint_of_a_script_without_a_prompt(home: Path) -> None:
    (home / "script.py").write_text("print('thread', __import__('threading').current_thread().name)\n")
    end = gshell("run", "--no-gui", "--gui-thread", "script.py", home=home)
    assert end.returncode == 0, end.stderr
    assert end.stdout.startswith("thread ")


def test_hints_of_embed_in_plain_python(home: Path) -> None:
    program = ["-c", "import gshell\ngshell.embed()"]
    with GShell(home=home, program=program) as shell:
        assert shell.run("%gui qt") == "%gui qt: this session has no toolkit"
        assert "agg" in shell.run("%matplotlib --list")
        said = shell.run("%matplotlib no_such_backend")
        assert "Traceback" not in said and "%matplotlib" in said
        assert "gshell --" not in shell.text()

"""What `run` makes of its line: what the system's shell would."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gshell.magics.words import shell_words
from gshell.shell.shell import Shell
from tests.bare_shell import bare_shell

LINES = [
    "",
    "a b",
    "*.csv",
    "*.csv ~/x.csv",
    "'*.csv' \"*.csv\" \\*.csv",
    "~ ~/ ~/x '~' \"~/x\" \\~ a~ ~/'x y'",
    "~root ~root/x ~nobody_of_this_name/x",
    "?.csv [ab].csv [!a].csv [z].csv *.none",
    "sub/*.txt */*.txt */ **/*.txt",
    ".h* *",
    "a*'.'csv '*'.csv a'*'.csv",
    "'a b'*.csv a\\ b*.csv",
    '$NAME ${NAME} "$NAME" \'$NAME\' \\$NAME "\\$NAME" a$NAME/b ${NAME}x',
    '$UNSET_NAME "$UNSET_NAME" a$UNSET_NAME',
    '$PATTERN "$PATTERN"',
    "--file=*.csv --home=~/x -x~",
    "'' \"\" a''b",
    '"a\\"b" "a\\\\b" "a\\b" a\\\\b',
    "^a$ a=b $ 5% #x",
    "[ ] [] a[",
    "a\tb   c",
    "ü*.csv",
]


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with files, and the environment."""
    for name in ("a.csv", "b.csv", "a b.csv", "*.csv", "üx.csv", ".hidden", "sub/x.txt", "sub/deep/y.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home of mine"))
    monkeypatch.setenv("NAME", "value")
    monkeypatch.setenv("PATTERN", "*.csv")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("UNSET_NAME", raising=False)
    return tmp_path


@pytest.mark.parametrize("line", LINES)
def test_words_are_those_of_the_systems_shell(directory: Path, line: str) -> None:
    said = subprocess.run(
        ["sh", "-c", f"for word in {line.replace('#', chr(92) + '#')}; do printf '%s\\0' \"$word\"; done"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shell_words(line) == said.split("\0")[:-1]


@pytest.mark.parametrize("line", ["'a", '"a', "a\\", '"a\\"', "it's"])
def test_quote_that_does_not_end(line: str) -> None:
    with pytest.raises(ValueError, match="No "):
        shell_words(line)


def test_arguments_of_a_script(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hooked(shell: Shell) -> Shell:
        for owner, name, value in shell.hooks():
            monkeypatch.setattr(owner, name, value, raising=False)
        return shell

    shell = hooked(bare_shell())
    (directory / "script.py").write_text("import sys; got = sys.argv[1:]\n")
    shell.run_cell("run script.py [*aü]*.csv ~/x.csv '*.csv' {1 + 1}")
    assert shell.namespace["got"] == [
        "*.csv",
        "a b.csv",
        "a.csv",
        "üx.csv",
        f"{directory}/home of mine/x.csv",
        "*.csv",
        "2",
    ]
    shell.run_cell("name = 'a'; run = None")
    shell.run_cell("%run script.py $name*.csv")
    assert shell.namespace["got"] == ["a b.csv", "a.csv"]

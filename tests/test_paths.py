"""Where the shell keeps its files."""

from __future__ import annotations

import contextlib
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from gshell.paths import cache_dir, config_dir, read_file, state_dir
from gshell.settings import Settings, load
from gshell.shell.history import History

DIRECTORIES = [
    ("XDG_CACHE_HOME", cache_dir, ".cache"),
    ("XDG_CONFIG_HOME", config_dir, ".config"),
    ("XDG_STATE_HOME", state_dir, ".local/state"),
]


@pytest.mark.parametrize(("variable", "directory", "default"), DIRECTORIES)
def test_a_relative_directory_is_ignored(
    variable: str, directory: Callable[[], Path], default: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or code would be read from the current one: the files that jedi caches are pickles."""
    monkeypatch.setenv("HOME", str(home))
    for wrong in ("", ".", "cache"):
        monkeypatch.setenv(variable, wrong)
        assert directory() == home / default / "gshell"
    monkeypatch.setenv(variable, str(home / "elsewhere"))
    assert directory() == home / "elsewhere" / "gshell"


def test_a_home_that_is_unknown_or_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, _, _ in DIRECTORIES:
        monkeypatch.delenv(variable, raising=False)

    def unknown() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for home in (unknown, lambda: Path()):
        monkeypatch.setattr(Path, "home", home)
        assert [directory() for _, directory, _ in DIRECTORIES] == [
            Path("/", default, "gshell") for _, _, default in DIRECTORIES
        ]


def make(kind: str, path: Path) -> None:
    """Make something at a path that is no file of the kind that a shell keeps there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "FIFO":
            os.mkfifo(path)
        case "directory":
            path.mkdir()
        case "socket":
            with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):  # its name may not be long
                made.bind(path.name)
        case "loop":
            path.symlink_to(path)
        case "nowhere":
            path.symlink_to(path.parent / "there" / "is" / "no such file")
        case "endless":
            path.symlink_to("/dev/zero")
        case "garbage":
            path.write_bytes(bytes(range(256)) * 100)
        case "deep":
            path.write_text("x = " + "[" * 100_000)
        case "large":
            path.touch()
            os.truncate(path, 2**40)
        case "unreadable":
            path.touch(mode=0)


NO_FILES = ["FIFO", "directory", "socket", "loop", "endless", "large"]


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_not_a_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "it"
    make(kind, path)
    with pytest.raises(OSError):
        read_file(path)


@pytest.mark.parametrize("kind", [*NO_FILES, "nowhere", "garbage", "deep"])
def test_settings_and_history_of_every_wrong_kind(tmp_path: Path, kind: str) -> None:
    """The shell has its defaults, says so in a line, and keeps the history in memory or in a new file."""
    path = tmp_path / "it"
    make(kind, path)
    settings, problems = load(path)
    assert settings == Settings()
    assert len(problems) == (0 if kind == "nowhere" else 1)
    told: list[str] = []
    history = History(path, tell=told.append)
    history.add(1, "first")
    assert [command.text for command in history.last(5)] == ["first"]
    history.close()
    assert len(told) == 1, told


def test_an_empty_device_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "it").symlink_to(os.devnull)
    assert read_file(tmp_path / "it") == b""


@pytest.mark.parametrize("turns", [40, pytest.param(5000, marks=pytest.mark.stress)])
def test_a_history_that_is_damaged_anywhere(tmp_path: Path, turns: int) -> None:
    """In its schema, its numbers, its texts: nothing is raised, at most one line is said, and the next is kept."""
    path = tmp_path / "history.sqlite"
    history = History(path, tell=print)
    for number in range(1, 30):
        history.add(number, f"command {number} " * number)
    history.close()
    sound = path.read_bytes()
    for turn in range(turns):
        chance = random.Random(turn)
        data = bytearray(sound)
        page = chance.randrange(len(sound) // 4096) * 4096
        for _ in range(chance.choice([1, 5, 200, 4096])):
            data[page + chance.randrange(4096)] = chance.randrange(256)
        path = tmp_path / str(turn) / "history.sqlite"
        path.parent.mkdir()
        path.write_bytes(data)
        told: list[str] = []
        history = History(path, tell=told.append)
        history.add(1, "own")
        for found in (history.last(100), history.search("o"), history.between((1, 1), (1, 99))):
            assert all(type(command.text) is str for command in found), turn
        assert all(type(text) is str for _, text in history.older(0, 100))
        history.session_ago(1)
        assert history.own == {1: "own"}
        history.close()
        assert len(told) <= 1, (turn, told)

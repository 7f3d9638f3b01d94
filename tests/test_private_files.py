"""Who can read and change what the shell keeps, and what is in the place of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gshell.magics import directories
from gshell.paths import make_private, state_dir
from gshell.shell.completion import deduced
from gshell.shell.history import History
from tests.conftest import Start

CELL = """\
import multiprocessing, os
def square(x): return x * x

with multiprocessing.get_context('spawn').Pool(1) as pool: print('squares', pool.map(square, [2, 3]))
"""


def open_to_others(top: Path) -> Iterator[str]:
    """The files below `top` that somebody else can read or change: neither they nor a directory above keeps them."""
    for directory, names, files in os.walk(top):
        here = Path(directory)
        names[:] = [name for name in names if stat.S_IMODE((here / name).stat().st_mode) & 0o077]
        for name in files:
            found = (here / name).lstat()
            if stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077:
                yield str(here / name)


@pytest.mark.own_shell
def test_whatever_the_shell_writes_is_private(start: Start, home: Path, tmp_path: Path) -> None:
    """With a umask that hides nothing: history, bookmarks, caches, and what is passed to other processes."""
    kept = tmp_path / "temporary"
    kept.mkdir()
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nls -l $1 > {tmp_path}/edited\n")
    editor.chmod(0o755)
    before = os.umask(0)
    try:
        shell = start("--no-gui", env={"TMPDIR": str(kept), "EDITOR": str(editor), "PYTHONDONTWRITEBYTECODE": "1"})
    finally:
        os.umask(before)
    assert shell.run(CELL).splitlines()[-1] == "squares [4, 9]"
    shell.run("%bookmark here")
    shell.run("%edit -x square")
    shell.type("import json; json.JSONDecoder().raw_d\t")
    shell.wait_for(r"raw_decode")
    shell.press("c-c")
    assert (tmp_path / "edited").read_text().startswith("-rw------- ")
    written = {path.name for path in [*home.rglob("*"), *kept.rglob("*")] if path.is_file()}
    assert {"history.sqlite", "bookmarks.json"} <= written
    assert [*kept.iterdir()]
    assert [*open_to_others(home), *open_to_others(kept)] == []
    assert shell.end() == 0


def test_directories_above_are_private_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b" / "c")
        make_private(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a").rglob("*")} == {0o700}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_history_behind_a_symlink(tmp_path: Path) -> None:
    """The link stays and the history is where it leads to; another file there keeps its content and its mode."""
    place = tmp_path / "place" / "history.sqlite"
    place.parent.mkdir()
    for content in (None, b"", b"somebody's notes"):
        elsewhere = tmp_path / f"elsewhere {content!r}"
        place.unlink(missing_ok=True)
        place.symlink_to(elsewhere)
        if content is not None:
            elsewhere.write_bytes(content)
            elsewhere.chmod(0o644)
        told: list[str] = []
        history = History(place, tell=told.append)
        history.add(1, "secret = 1")
        assert [command.text for command in history.last(5)] == ["secret = 1"]
        history.close()
        assert place.is_symlink() == (not content)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        if content:
            assert (elsewhere.read_bytes(), stat.S_IMODE(elsewhere.stat().st_mode)) == (content, 0o644)
            assert len(told) == 1
        else:
            assert elsewhere.read_bytes().startswith(b"SQLite")
            assert told == []


def test_directory_of_the_history_behind_a_symlink(tmp_path: Path) -> None:
    """Its mode is the user's affair; the file is private all the same."""
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "place").symlink_to(tmp_path / "shared")
    history = History(tmp_path / "place" / "history.sqlite", tell=print)
    history.add(1, "secret = 1")
    history.close()
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "shared" / "history.sqlite").stat().st_mode) == 0o600


def test_bookmarks_behind_a_symlink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    make_private(state_dir())
    (tmp_path / "elsewhere").write_text("{}")
    (state_dir() / "bookmarks.json").symlink_to(tmp_path / "elsewhere")
    directories._keep_bookmarks({"here": "/tmp"})
    assert (state_dir() / "bookmarks.json").is_symlink()
    assert "here" in (tmp_path / "elsewhere").read_text()
    assert directories.bookmarks() == {"here": "/tmp"}


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o755, 0o700])
def test_pickles_are_not_read_where_others_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """jedi's cache, in a directory that somebody else has made in the place of it."""
    place = tmp_path / "gshell" / "jedi"
    place.mkdir(parents=True)
    place.chmod(mode)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    deduced._cache.cache_clear()
    try:
        chosen = Path(deduced._cache())
    finally:
        deduced._cache.cache_clear()
    assert (chosen == place) == (mode in (0o755, 0o700))
    assert not stat.S_IMODE(chosen.stat().st_mode) & 0o022

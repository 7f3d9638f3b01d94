"""All sessions on the disk: their names, which is the last, and which are deleted."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gshell.survival.folder import Folder
from gshell.survival.sessions import Sessions
from tests.faults_of_files import Faults, fails
from tests.kept_session import DAY, KeptSession, left, name_of


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sessions"


@pytest.fixture
def sessions(top: Path) -> Sessions:
    return Sessions(top)


# Names


NO_NAMES = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/etc",
    "-x",
    ".hidden",
    "a b",
    "a\n",
    "\n",
    "a\0",
    "\x1b[2J",
    "a\u202eb",
    "\udce4",
]
TOO_LONG = {"letters": "a" * 101, "bytes": "語" * 99, "very": "x" * 10**6}


@pytest.mark.parametrize("name", [*NO_NAMES, *TOO_LONG])
def test_what_is_no_name(sessions: Sessions, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a session") as caught:
        sessions.folder(TOO_LONG.get(name, name))
    assert str(caught.value).isprintable() and len(str(caught.value)) < 400


@pytest.mark.parametrize("name", ["a", "fit-2", "2026", "über.alt", "a" * 100, "語" * 60])
def test_what_is_a_name(sessions: Sessions, top: Path, name: str) -> None:
    left(top, name)
    assert sessions.folder(name).last().variables == ["name", "x"]


# The last one


def test_the_last_one(sessions: Sessions, top: Path) -> None:
    assert sessions.all() == [] and sessions.last() is None and sessions.untold() is None
    for name, days in [("b", 2.0), ("a", 1.0), ("c", 3.0)]:
        left(top, name, days)
    Folder(top / "empty").make()
    (top / "d").write_text("no directory")
    (top / "e").symlink_to("b")
    assert [each.name for each in sessions.all()] == ["empty", "a", "b", "c"]
    assert name_of(sessions.last()) == "a"
    assert name_of(sessions.untold()) == "a"
    assert sessions.untold() is None  # once is enough
    kept = KeptSession(top / "a")
    assert name_of(sessions.last()) == "b"
    kept.write(x=1)
    kept.folder.unlock()
    assert name_of(sessions.untold()) == "a"  # there is something new


def test_one_that_is_damaged_is_no_other(sessions: Sessions, top: Path) -> None:
    """Who asks for the last is told what is wrong with it, and does not get an older one."""
    left(top, "older", days=1)
    left(top, "a")
    (top / "a" / "snapshot-1.json").write_text("?")
    assert name_of(sessions.last()) == "a"
    assert sessions.untold() is None


def test_a_clock_that_goes_back(sessions: Sessions, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptSession(top / "2026-01-01-000000")
    kept.write(x=1)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 1000.0)
        kept.write(x=2)
        os.utime(kept.folder.path / "snapshot-2.json", (1000, 1000))
    assert kept.values() == {"x": 2} and kept.folder.last().taken == 1000.0
    assert kept.folder.numbers() == [1, 2]
    kept.folder.unlock()
    left(top, "older", days=1)
    assert name_of(sessions.last()) == kept.folder.name
    assert sessions.tidy(14, 0) == []


def test_a_clock_that_was_ahead(sessions: Sessions, top: Path) -> None:
    """A session of next year does not hide today's; all are there if it is the clock that is wrong now."""
    for name, days in [("today", 0.0), ("yesterday", 1.0), ("next-year", -365.0), ("in-two", -730.0)]:
        left(top, name, days)
    assert [each.name for each in sessions.all()] == ["today", "yesterday", "in-two", "next-year"]
    assert name_of(sessions.last()) == "today"


# Old ones


def names(count: int) -> list[str]:
    return [f"2026-01-{number + 1:02}-120000" for number in range(count)]


def test_old_ones_are_deleted(sessions: Sessions, top: Path) -> None:
    for number, name in enumerate(names(5)):
        left(top, name, days=20.0 - number)
    left(top, "mine", days=100)
    kept = KeptSession(top / names(5)[1])
    assert [name for name, _ in sessions.tidy(16.5, 0)] == [names(5)[3], names(5)[2], names(5)[0]]
    assert {each.name for each in sessions.all()} == {names(5)[1], names(5)[4], "mine"}
    kept.folder.unlock()


def test_the_last_one_is_never_too_old(sessions: Sessions, top: Path) -> None:
    for number, name in enumerate(names(3)):
        left(top, name, days=300.0 - number)
    assert [name for name, _ in sessions.tidy(14, 1)] == [names(3)[1], names(3)[0]]
    assert name_of(sessions.last()) == names(3)[2]


def test_the_oldest_are_deleted_if_all_are_too_large(sessions: Sessions, top: Path) -> None:
    for number, name in enumerate(names(5)):
        left(top, name, days=5.0 - number, size=10**6)
    left(top, "mine", days=0.5, size=10**6)
    gone = sessions.tidy(14, 4_200_000)
    assert [name for name, _ in gone] == [names(5)[1], names(5)[0]]
    assert all(10**6 <= size < 1_100_000 for _, size in gone)
    assert sessions.tidy(14, 4_200_000) == []
    assert sessions.tidy(14, 0) == []


def test_one_that_cannot_be_deleted_is_no_hindrance(sessions: Sessions, top: Path) -> None:
    for number, name in enumerate(names(3)):
        left(top, name, days=30.0 - number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda path: fails(13)())
        assert sessions.tidy(14, 0) == []
    assert name_of(sessions.last()) == names(3)[2]
    assert sessions.tidy(14, 0) == []
    for name in names(2):
        os.utime(top / name, (time.time() - DAY,) * 2)
    assert sessions.tidy(14, 0) == []  # what is left of them is no snapshot
    assert [each.name for each in sessions.all()] == names(3)[2:]


def test_a_deletion_that_is_broken_off_leaves_no_snapshot(sessions: Sessions, top: Path) -> None:
    for at in range(1, 20):
        folder = left(top, "a").folder
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, fails(5))
            try:
                folder.delete()
            except OSError:
                pass
        if folder.path.exists() and folder.numbers():
            kept = KeptSession(folder.path)
            assert kept.values()["name"] == "a"
            kept.folder.unlock()
        if not faults.reached:
            break
    assert not folder.path.exists() and at > 5

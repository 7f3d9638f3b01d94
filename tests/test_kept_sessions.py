"""All sessions on the disk: whose they are, which is the last, and which are deleted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gshell.survival.folder import Folder, InUse
from gshell.survival.manifest import Manifest
from gshell.survival.sessions import Sessions
from tests.faults_of_files import Faults, fails, in_child
from tests.kept_session import KeptSession
from tests.terminal import wait_until

DAY = 86400.0


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sessions"


@pytest.fixture
def sessions(top: Path) -> Sessions:
    return Sessions(top)


def left(top: Path, name: str, days: float = 0.0, size: int = 1) -> KeptSession:
    """A session whose shell has ended, so many days ago."""
    kept = KeptSession(top / name)
    kept.write(x=b"." * size, name=name)
    for path in kept.folder.path.glob("snapshot-*"):
        os.utime(path, (time.time() - days * DAY,) * 2)
    kept.folder.unlock()
    return kept


def name_of(found: Folder | tuple[Folder, Manifest] | None) -> str:
    folder = found[0] if isinstance(found, tuple) else found
    return folder.name if folder else ""


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


# Whose a session is


def test_one_shell_has_it(top: Path) -> None:
    first, second = KeptSession(top / "a").folder, Folder(top / "a")
    first.lock()  # a second time does no harm
    assert first.in_use and second.in_use and not second.is_being_written
    with pytest.raises(InUse, match="another shell has the session a"):
        second.lock()
    with pytest.raises(InUse):
        second.delete()
    first.unlock()
    assert not second.in_use and not first.in_use
    second.lock()
    assert first.in_use


def test_to_look_changes_nothing(sessions: Sessions, top: Path) -> None:
    left(top, "a", days=3)
    (top / "a" / "lock").unlink()
    before = Folder(top / "a").used
    assert [each.in_use for each in sessions.all()] == [False]
    Folder(top / "a").note_known()
    assert Folder(top / "a").used == before
    assert not (top / "a" / "lock").exists()


def test_a_lock_that_was_deleted_is_made_again(top: Path) -> None:
    kept = KeptSession(top / "a")
    (top / "a" / "lock").unlink()
    assert not Folder(top / "a").in_use
    kept.folder.lock()
    assert Folder(top / "a").in_use


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "9" * 30, "4194305"])
def test_a_lock_that_says_anything(top: Path, text: str) -> None:
    kept = KeptSession(top / "a")
    (top / "a" / "lock").write_text(text)
    assert Folder(top / "a").in_use
    assert Folder(top / "a").is_being_written == (text == "4194305")  # more than any process has
    assert kept.folder.in_use


def test_a_lock_on_a_full_disk(top: Path) -> None:
    folder = KeptSession(top / "a").folder
    folder.unlock()
    for at, call in [(2, "ftruncate"), (3, "write")]:
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, fails(28))
            folder.lock()
        assert faults.calls[at - 1] == call
        assert Folder(top / "a").in_use
        folder.unlock()
        assert not Folder(top / "a").in_use


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("elsewhere", path)])
def test_something_else_in_place_of_the_lock(top: Path, sessions: Sessions, make: Callable[[Path], None]) -> None:
    left(top, "a")
    (top / "a" / "lock").unlink()
    make(top / "a" / "lock")
    folder = Folder(top / "a")
    assert not folder.in_use and not folder.is_being_written
    assert name_of(sessions.last()) == "a"


@contextmanager
def process(work: Callable[[], object]) -> Iterator[int]:
    """A process that does this and then waits; it is gone after the block."""
    ready, end = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(end[1])
            work()
            os.write(ready[1], b".")
            os.read(end[0], 1)
        finally:
            os._exit(0)
    assert os.read(ready[0], 1) == b"."
    yield pid
    for fd in (*ready, *end):
        os.close(fd)
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass


def test_a_child_that_still_writes(top: Path, sessions: Sessions) -> None:
    """The shell has ended, its last snapshot is not yet complete: that is the last session, and others wait for it."""
    left(top, "older", days=1)
    left(top, "a")
    still = os.pipe()

    def shell() -> None:
        Folder(top / "a").lock()  # it is never closed: the object is gone, but not its file
        if os.fork() == 0:
            os.close(still[1])
            os.read(still[0], 1)
            os._exit(0)

    assert in_child(shell) == 0
    folder = Folder(top / "a")
    assert folder.in_use and folder.is_being_written
    with pytest.raises(InUse):
        folder.lock()
    assert name_of(sessions.last()) == "a"
    assert name_of(sessions.untold()) == "a"
    assert sessions.tidy(0, 1) == []
    os.close(still[1])
    wait_until(lambda: not folder.in_use, "the end of the child")
    assert not folder.is_being_written


def test_a_fork_of_the_users_does_not_have_it(top: Path) -> None:
    folder = KeptSession(top / "a").folder
    with process(folder.unlock):
        assert Folder(top / "a").in_use  # still the shell's
        folder.unlock()
        assert not Folder(top / "a").in_use
        Folder(top / "a").lock()


def test_new_ones_have_names_of_their_own(sessions: Sessions, top: Path) -> None:
    found = [sessions.new() for _ in range(3)]
    assert len({each.name for each in found}) == 3
    assert all(Folder(each.path).in_use for each in found)


def test_two_shells_that_begin_in_the_same_second(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Folder.lock
    others = list[Folder]()

    def locks_first(self: Folder) -> None:
        if not others:
            others.append(Folder(self.path))
            lock(others[0])
        lock(self)

    monkeypatch.setattr(Folder, "lock", locks_first)
    assert sessions.new().name == f"{others[0].name}-1"


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

"""Whose a session is: one shell has it, or a child of a shell that has ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gshell.survival.folder import Folder
from gshell.survival.lock import Holder, InUse
from gshell.survival.sessions import Sessions
from tests.faults_of_files import Faults, fails, in_child
from tests.kept_session import KeptSession, left, name_of
from tests.terminal import wait_until


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sessions"


@pytest.fixture
def sessions(top: Path) -> Sessions:
    return Sessions(top)


def test_one_shell_has_it(top: Path) -> None:
    first, second = KeptSession(top / "a").folder, Folder(top / "a")
    first.lock()  # a second time does no harm
    assert first.holder is second.holder is Holder.SHELL
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
    is_nobody = text == "4194305"  # more than any process has
    assert Folder(top / "a").holder is (Holder.ENDING if is_nobody else Holder.SHELL)
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
    assert folder.holder is Holder.NOBODY
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
    assert folder.holder is Holder.ENDING
    with pytest.raises(InUse):
        folder.lock()
    assert name_of(sessions.last()) == "a"
    assert name_of(sessions.untold()) == "a"
    assert sessions.tidy(0, 1) == []
    os.close(still[1])
    wait_until(lambda: not folder.in_use, "the end of the child")


def test_the_shell_has_ended_and_nobody_has_noticed(top: Path, sessions: Sessions) -> None:
    """A zombie has a process id, but writes nothing any more: what waits for its last snapshot must not take it for a
    shell that goes on."""
    left(top, "a")
    still = os.pipe()
    shell = os.fork()
    if shell == 0:
        Folder(top / "a").lock()
        if os.fork() == 0:
            os.close(still[1])
            os.read(still[0], 1)
        os._exit(0)
    os.waitid(os.P_PID, shell, os.WEXITED | os.WNOWAIT)
    assert Folder(top / "a").holder is Holder.ENDING
    assert name_of(sessions.last()) == "a"
    os.close(still[1])
    wait_until(lambda: Folder(top / "a").holder is Holder.NOBODY, "the end of the child")
    os.waitpid(shell, 0)


def test_a_shell_that_is_about_to_end(top: Path, sessions: Sessions) -> None:
    """It has been told to end, and still lives: until its last snapshot is written."""
    kept = KeptSession(top / "a")
    assert sessions.last() is None
    kept.folder.note_end()
    assert Folder(top / "a").holder is Holder.ENDING
    assert name_of(sessions.last()) == "a"
    kept.folder.unlock()
    kept.folder.lock()  # it is somebody's again
    assert Folder(top / "a").holder is Holder.SHELL


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

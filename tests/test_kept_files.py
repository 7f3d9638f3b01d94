"""What is kept on the disk is there whole or not at all, whatever happens to the disk and to who writes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gshell.survival import draft, folder
from gshell.survival.draft import NoRoom
from gshell.survival.folder import KEPT, KEPT_AT_LEAST, Folder
from gshell.survival.reading import damaged
from gshell.survival.writing import PACKS
from tests.faults_of_files import Faults, ends, fails, in_child
from tests.kept_session import LONG, KeptSession, are_some, small_sizes, some


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeptSession]:
    small_sizes(monkeypatch)
    session = KeptSession(tmp_path / "kept")
    yield session
    session.folder.unlock()


# A snapshot that is broken off


def broken_off(kept: KeptSession, take: Callable[[int, int], bool]) -> None:
    """`take(mark, at)` takes a snapshot that is broken off in the `at`-th call, for each call there is: True then.

    The snapshot before is there, or the new one.  The next one works, and nothing is left of any other.
    """
    mark, at = 0, 1
    kept.write(some(mark))
    while take(mark + 1, at):
        assert kept.lacks() == set()
        found = kept.values()
        assert are_some(found, mark) or are_some(found, mark + 1)
        mark, at = mark + 2, at + 1
        kept.write(some(mark))
        assert are_some(kept.values(), mark)
        assert kept.debris() == kept.lacks() == set()
    assert are_some(kept.values(), mark + 1)
    assert at > 20


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_each_call_fails_once(kept: KeptSession, number: int) -> None:
    def take(mark: int, at: int) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, fails(number))
            try:
                kept.write(some(mark))
            except OSError as error:
                assert error.errno == number
        assert kept.debris() == set() or faults.calls[at - 1] == "unlink"
        return faults.reached

    broken_off(kept, take)


def test_the_process_ends_in_each_call(kept: KeptSession) -> None:
    def take(mark: int, at: int) -> bool:
        def write() -> None:
            with pytest.MonkeyPatch.context() as patch:
                Faults(patch, at, ends)
                kept.write(some(mark))

        status = in_child(write)
        assert status in (0, 9)
        return status == 9

    broken_off(kept, take)


def test_short_writes(kept: KeptSession, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:1000]))
    kept.write(some(1))
    assert are_some(kept.values(), 1)


def test_the_users_errors_are_not_the_disks(kept: KeptSession) -> None:
    """An OSError of a value's own leaves out that value, and not the snapshot, however much was written before."""
    kept.write(fine=[1], bad=[b"x" * 4 * LONG, Refuses(ConnectionError("nobody\nis there"))], worse=Refuses(Mute()))
    assert kept.missing() == {"bad": "nobody", "worse": "Mute"}
    assert kept.read().values["names"] == {"fine": [1]}
    assert kept.debris() == set()


class Refuses:
    """A value that raises when it is pickled."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> str:
        raise self._error


class Mute(BaseException):
    """An exception that can't even be shown."""

    def __str__(self) -> str:
        raise SystemExit(self)


# Room on the disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB."""
    where = tmp_path / "disk"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(where)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield where
    subprocess.run(["umount", "--lazy", where], check=True)


def megabytes(count: float, mark: int = 0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.full(int(count * 2**17), float(mark))


def test_a_nearly_full_disk_is_left_alone(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptSession(disk / "kept")
    with pytest.raises(NoRoom, match=r"the disk is nearly full \(.*kept\)"):
        kept.write(x=1)
    assert kept.folder.numbers() == [] and kept.debris() == set()
    monkeypatch.setattr(draft, "ROOM", 2**22)
    kept.write(x=1)
    with pytest.raises(NoRoom):
        kept.write(x=2, array=megabytes(5))
    with pytest.raises(NoRoom):
        kept.write(x=2, long=b"." * 5 * 2**20)
    assert kept.values() == {"x": 1} and kept.debris() == set()


def test_a_full_disk(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "ROOM", -(2**30))
    kept = KeptSession(disk / "kept")
    kept.write(array=megabytes(2, 1))
    for value in (megabytes(7), b"." * 7 * 2**20):
        with pytest.raises(OSError, match="No space left"):
            kept.write(value=value)
        assert kept.values()["array"][-1] == 1 and kept.debris() == set()
    (disk / "other").write_bytes(b"." * int(5.9 * 2**20))
    assert Folder(kept.folder.path).in_use
    kept.folder.unlock()
    kept.folder.lock()  # needs no room
    kept.write(array=megabytes(2, 1), new="small")
    assert kept.values()["new"] == "small"


def test_old_snapshots_make_room_for_new_ones(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "ROOM", 0)
    kept = KeptSession(disk / "kept")
    for mark in range(6):
        kept.write(array=megabytes(2.5, mark), same=megabytes(1), list=[mark])
        found = kept.values()
        assert found["array"][-1] == found["list"][0] == mark
    assert kept.debris() == set()


def test_a_limit(kept: KeptSession) -> None:
    kept.limit = 4_000_000
    kept.write(array=megabytes(2))
    for value in (megabytes(5, 1), b"." * 5 * 2**20):
        with pytest.raises(NoRoom, match=r"it would take more than 0.004 GB \(the setting session_gb\)"):
            kept.write(value=value)
    assert list(kept.values()) == ["array"] and kept.debris() == set()
    kept.write(array=megabytes(3))
    kept.write(array=megabytes(3, 1))
    assert kept.values()["array"][0] == 1


def test_a_disk_that_can_only_be_read(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "ROOM", 0)
    kept = KeptSession(disk / "kept")
    kept.write(x=1, array=megabytes(1))
    kept.folder.unlock()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(OSError, match="Read-only"):
        kept.folder.lock()
    with pytest.raises(OSError, match="Read-only"):
        kept.write(x=2)
    assert not kept.folder.in_use and kept.values()["x"] == 1


# What is written, and how much of it


def test_what_is_the_same_is_not_written_again(kept: KeptSession) -> None:
    values = {"array": megabytes(10), **some(1)}
    kept.write(values)
    before = kept.files()
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(patch, 0, ends)
        kept.write(values)
    assert kept.files() == before
    assert faults.calls.count("fsync") == 3  # the manifest, and two directories
    values["number"] = 2
    kept.write(values)
    new = {name for name, inode in kept.files().items() if before.get(name) != inode}
    assert new == {"pack-3"}


def test_a_long_pickle_has_a_file_of_its_own(kept: KeptSession) -> None:
    manifest = kept.write(long="x" * 2 * LONG, rows=list(range(LONG)), short="x", few=[1])
    files = {names[0][0][1]: place.file for names, place in ((each.names, each.place) for each in manifest.groups)}
    assert files["short"] == files["few"] == "pack-1"
    assert len({files["long"], files["rows"], "pack-1"}) == 3


def test_packs_are_put_together(kept: KeptSession) -> None:
    stay = {f"list{number}": [number] for number in range(3 * PACKS)}
    for count in range(1, len(stay) + 1):
        manifest = kept.write(dict(list(stay.items())[:count]))
        assert len({group.place.file for group in manifest.groups}) <= PACKS
    assert kept.values() == stay


def test_nothing_copies_what_is_big(tmp_path: Path) -> None:
    kept = KeptSession(tmp_path / "kept")
    values = {"array": megabytes(32), "part": megabytes(32)[2**20 :], "bytes": b"." * 2**20}
    tracemalloc.start()
    try:
        kept.write(values)
        kept.write(values)
        found = kept.values()
        written = tracemalloc.get_traced_memory()[1]
        assert damaged(kept.folder, kept.folder.last()) == []
    finally:
        tracemalloc.stop()
    assert written < 4 * 2**20
    assert (found["array"] == values["array"]).all()
    found["array"][0] = 7  # it can be changed, and the file is as it was
    assert kept.values()["array"][0] == 0


# Old snapshots


def test_many_small_snapshots_are_kept(kept: KeptSession) -> None:
    for mark in range(KEPT + 3):
        kept.write(mark=mark, array=megabytes(0.1, mark))
    numbers = kept.folder.numbers()
    assert numbers == list(range(4, KEPT + 4))
    for number in numbers:
        found = kept.values(kept.folder.manifest(number))
        assert found["mark"] == found["array"][-1] == number - 1
    assert kept.debris() == set()


def test_few_large_snapshots_are_kept(kept: KeptSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "SMALL", 3 * 2**20)
    same = megabytes(10)
    for mark in range(8):
        kept.write(same=same, array=megabytes(1, mark), list=[mark])
    assert kept.folder.numbers() == [6, 7, 8]
    monkeypatch.setattr(folder, "SMALL", 0)
    for mark in range(8, 16):
        kept.write(same=same, array=megabytes(1, mark), list=[mark])
    assert len(kept.folder.numbers()) == KEPT_AT_LEAST
    for number in kept.folder.numbers():
        assert kept.values(kept.folder.manifest(number))["array"][0] == number - 1
    assert kept.debris() == set()


def test_the_same_again_is_in_no_older_ones_way(kept: KeptSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gone from the session by mistake is in an old snapshot, however often the others are taken."""
    monkeypatch.setattr(folder, "SMALL", LONG)
    kept.write(big=np.arange(10_000.0), x=1)
    for _ in range(3):
        kept.write(x=1)
    assert len(kept.folder.numbers()) == 2
    assert "big" in kept.values(kept.folder.manifest(kept.folder.numbers()[0]))


def test_what_a_newer_gshell_has_written_stays(kept: KeptSession) -> None:
    kept.write(x=1)
    path = kept.folder.path / "snapshot-1.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    for number in range(KEPT + 2):
        kept.write(x=number)
    assert path.exists() and kept.values() == {"x": KEPT + 1}


def test_who_reads_an_old_snapshot_keeps_what_was_mapped(kept: KeptSession) -> None:
    first = kept.write(array=megabytes(1, 7), list=[7])
    found = kept.values()
    for mark in range(KEPT + 1):
        kept.write(mark=[mark])
    assert found["array"].sum() == 7 * 2**17
    assert set(kept.missing(first).values()) == {"its file is gone"}

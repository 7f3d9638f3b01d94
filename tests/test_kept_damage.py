"""What is damaged on the disk, or not ours, is named in a line; the rest is read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gshell.survival.folder import Folder
from gshell.survival.manifest import Group, Manifest, Unreadable, as_text, from_text
from gshell.survival.reading import damaged
from tests.kept_session import BIG, KeptSession, small_sizes

NOT_OURS = "is not a file that only you can write|is not a file$"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeptSession]:
    small_sizes(monkeypatch)
    session = KeptSession(tmp_path / "kept")
    yield session
    session.folder.unlock()


def values() -> dict[str, object]:
    return {"tiny": 1, "list": [1, 2], "array": np.arange(BIG), "other": np.ones(BIG), "function": lambda: 3}


def group(manifest: Manifest, name: str) -> Group:
    return next(each for each in manifest.groups if each.names[0][0][1] == name)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def unreadable(kept: KeptSession) -> str:
    """Why its last snapshot can't be read."""
    with pytest.raises(Unreadable) as caught:
        Folder(kept.folder.path).last()
    why = str(caught.value)
    assert why and "\n" not in why
    return why


# The manifest


def test_a_manifest_with_a_wrong_bit_or_cut_short(kept: KeptSession) -> None:
    manifest = kept.write(tiny=1, list=[2])
    data = as_text(manifest)
    for at in range(len(data)):
        for wrong in (data[:at], bytes([*data[:at], data[at] ^ 1, *data[at + 1 :]])):
            try:
                assert from_text(wrong) == manifest
            except Unreadable as error:
                assert str(error) in ("its list of values is damaged", "a newer gshell has written it")


NONE = {
    "empty": b"",
    "zeros": b"\0" * 4096,
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "nothing": b"null",
    "a strange format": b'{"format": []}',
    "deep lists": b"[" * 10**6,
    "deep objects": b'{"a":' * 10**6,
    **{
        f"in it {each!r}": json.dumps({"format": 1, "digest": "", "snapshot": each}).encode()
        for each in ("", "\ud800", 3)
    },
}


@pytest.mark.parametrize("name", NONE)
def test_a_manifest_that_is_none(kept: KeptSession, name: str) -> None:
    kept.write(tiny=1)
    kept.write(tiny=2)
    (kept.folder.path / "snapshot-3.json").write_bytes(NONE[name])
    assert kept.values() == {"tiny": 2}
    for number in (1, 2):
        (kept.folder.path / f"snapshot-{number}.json").unlink()
    assert unreadable(kept) == "its list of values is damaged"
    assert kept.write(tiny=4).number == 4
    assert kept.values() == {"tiny": 4}


def test_what_a_newer_gshell_has_written_stays(kept: KeptSession) -> None:
    kept.write(list=[1])
    newer = kept.write(list=[2])
    path = kept.folder.path / f"snapshot-{newer.number}.json"
    path.write_bytes(as_text(newer).replace(b'"format": 1', b'"format": 2'))
    assert kept.values() == {"list": [1]}
    for mark in range(3, 8):
        kept.write(list=[mark])
    path.write_bytes(as_text(newer))
    assert kept.values(newer) == {"list": [2]}


def test_one_that_cannot_be_read_is_no_hindrance_for_good(kept: KeptSession) -> None:
    kept.write(list=[1])
    (kept.folder.path / "snapshot-2.json").write_bytes(b"?")
    for mark in range(20):
        kept.write(list=[mark])
    assert kept.debris() == set()


# Files of values


Spoil = Callable[[Path], object]


def short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def socket(path: Path) -> None:
    path.unlink()
    os.mknod(path, 0o140600)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def foreign(path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root may give files away")
    os.chown(path, 65534, -1)


SPOILT: list[tuple[Spoil, str]] = [
    (Path.unlink, "^its file is gone$"),
    (short, "^its file is shorter than it was$"),
    (link, NOT_OURS),
    (fifo, NOT_OURS),
    (socket, NOT_OURS),
    (directory, NOT_OURS),
    (foreign, NOT_OURS),
    (lambda path: path.chmod(0o666), NOT_OURS),
    (lambda path: path.chmod(0o620), NOT_OURS),
]


@pytest.mark.parametrize(("spoil", "why"), SPOILT)
def test_a_file_of_an_array(kept: KeptSession, spoil: Spoil, why: str) -> None:
    kept.write(values())
    spoil(kept.folder.objects / group(kept.folder.last(), "array").buffers[0].digest)
    missing = kept.missing()
    assert list(missing) == ["array"] and matches(why, missing["array"])
    assert kept.read().values["names"].keys() == {"tiny", "list", "other", "function"}
    assert damaged(kept.folder, kept.folder.last()) == []  # that was said
    if spoil is not directory:  # it has been made by hand
        kept.write(values())
        assert (kept.values()["array"] == np.arange(BIG)).all()


@pytest.mark.parametrize(("spoil", "why"), SPOILT)
def test_a_file_of_pickles(kept: KeptSession, spoil: Spoil, why: str) -> None:
    kept.write(tiny=1, list=[1, 2])
    kept.write(tiny=1, list=[1, 2], more=[3])
    spoil(kept.folder.objects / "pack-1")
    missing = kept.missing()
    assert "more" not in missing and any(matches(why, each) for each in missing.values())
    assert kept.read().values["names"]["more"] == [3]
    kept.write(tiny=1, list=[1, 2], more=[3])
    kept.write(tiny=1, list=[1, 2], more=[3])
    assert kept.values() == {"tiny": 1, "list": [1, 2], "more": [3]}


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def test_wrong_bits_in_pickles(kept: KeptSession) -> None:
    manifest = kept.write(values())
    for each in manifest.groups:
        path = kept.folder.objects / each.place.file
        for at in range(each.place.offset, each.place.offset + each.place.size, 7):
            flip(path, at)
            assert list(kept.missing().values()) == ["its file is damaged"] * len(each.names)
            flip(path, at)
    assert len(kept.values()) == len(values())


def test_a_wrong_bit_in_an_array_is_found_when_it_is_looked_for(kept: KeptSession) -> None:
    manifest = kept.write(values())
    assert damaged(kept.folder, manifest) == []
    flip(kept.folder.objects / group(manifest, "other").buffers[0].digest, 8 * BIG - 1)
    assert kept.values()["other"][0] == 1  # it is read when it is used
    assert damaged(kept.folder, manifest) == [("names", "other")]


def test_what_somebody_has_put_there(kept: KeptSession) -> None:
    kept.write(tiny=1)
    (kept.folder.path / "notes.txt").write_text("mine")
    (kept.folder.path / "snapshot-7.json.bak").write_text("")
    (kept.folder.path / "snapshot-0009.json").write_text("")
    (kept.folder.objects / "foreign").write_text("")
    (kept.folder.objects / "directory").mkdir()
    assert kept.write(tiny=2).number == 2
    assert kept.debris() == {"directory"}
    assert (kept.folder.path / "notes.txt").exists()


# Directories


@pytest.mark.parametrize("name", ["", "objects"])
@pytest.mark.parametrize("spoil", [link, foreign, lambda path: path.chmod(0o777), lambda path: path.chmod(0o770)])
def test_a_directory_that_is_not_ours(kept: KeptSession, spoil: Spoil, name: str) -> None:
    kept.write(list=[1])
    spoil(kept.folder.path / name)
    why = "is not a directory that only you can write to"
    if name:
        assert why in kept.missing()["list"]
    else:
        assert why in unreadable(kept)
    with pytest.raises(OSError, match=why):
        Folder(kept.folder.path).make()


@pytest.mark.parametrize("spoil", [spoil for spoil, _ in SPOILT if spoil is not short])
def test_a_manifest_that_is_not_ours(kept: KeptSession, spoil: Spoil) -> None:
    kept.write(tiny=1)
    spoil(kept.folder.path / "snapshot-1.json")
    assert matches(f"{NOT_OURS}|there is no snapshot in it", unreadable(kept))
    kept.write(tiny=2)
    assert kept.values() == {"tiny": 2}

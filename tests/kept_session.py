"""Sessions on the disk that a test writes and reads in its own process."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gshell.survival import pickling, spool, writing
from gshell.survival.contents import NAMES, Contents
from gshell.survival.files import ASIDE
from gshell.survival.folder import Folder
from gshell.survival.manifest import Manifest
from gshell.survival.reading import Restored, read
from gshell.survival.writing import Writer

LONG = 2**12
"""Bytes of a pickle that is certainly kept in a file of its own, with small_sizes()."""
BIG = 2**13
"""And of an array."""
DAY = 86400.0


def small_sizes(patch: pytest.MonkeyPatch) -> None:
    """Have values of some kB be treated as if they were large; and don't wait for the disk."""
    patch.setattr(pickling, "BIG", BIG)
    patch.setattr(spool, "SMALL", LONG // 2)
    patch.setattr(writing, "TINY", LONG // 4)
    patch.setattr(os, "fsync", lambda fd: None)


class KeptSession:
    """One that is locked by this process."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        self.folder.make()
        self.folder.lock()
        self.limit = 0

    def write(self, values: Mapping[str, object] | None = None, /, **more: object) -> Manifest:
        """Take a snapshot of these variables."""
        names = {**(values or {}), **more}
        contents = Contents({NAMES: names}, {NAMES: names}, [])
        return Writer(self.folder, contents, self.limit, lambda key: None).write({}, "asked for", "")

    def read(self, manifest: Manifest | None = None) -> Restored:
        """What is in a snapshot, or else in the last."""
        return read(self.folder, manifest or self.folder.last(), {NAMES: {}})

    def values(self, manifest: Manifest | None = None) -> dict[str, Any]:
        """The same, if all of it could be read."""
        found = self.read(manifest)
        assert found.missing == {}
        return found.values.get(NAMES, {})

    def missing(self, manifest: Manifest | None = None) -> dict[str, str]:
        """What could not be read, and why: in a line."""
        missing = {name: why for (_, name), why in self.read(manifest).missing.items()}
        assert all(why and "\n" not in why for why in missing.values())
        return missing

    def debris(self) -> set[str]:
        """Files that no snapshot needs."""
        return (set(self.files()) - self._needed()) | {path.name for path in self.folder.path.glob(f"*{ASIDE}")}

    def lacks(self) -> set[str]:
        """Files that snapshots need, and that are not there."""
        return self._needed() - set(self.files())

    def _needed(self) -> set[str]:
        return {name for number in self.folder.numbers() for name in self.folder.manifest(number).files}

    def files(self) -> dict[str, int]:
        """The files of all snapshots, each with its inode, which tells whether it was written anew."""
        return {path.name: path.stat().st_ino for path in self.folder.objects.iterdir()}


def left(top: Path, name: str, days: float = 0.0, size: int = 1) -> KeptSession:
    """A session in this directory, whose shell has ended, so many days ago."""
    kept = KeptSession(top / name)
    kept.write(x=b"." * size, name=name)
    for path in kept.folder.path.glob("snapshot-*"):
        os.utime(path, (time.time() - days * DAY,) * 2)
    kept.folder.unlock()
    return kept


def name_of(found: Folder | tuple[Folder, Manifest] | None) -> str:
    folder = found[0] if isinstance(found, tuple) else found
    return folder.name if folder else ""


def some(mark: int) -> dict[str, object]:
    """Variables of every kind of file; all are different for another mark."""
    shared = [mark]
    return {
        "number": mark,
        "text": f"the {mark}",
        "long": f"{mark} " * LONG,
        "list": [mark, shared],
        "same": [shared, mark],
        "rows": [list(range(mark, mark + LONG)), shared],
        "array": np.arange(mark, mark + BIG // 8),
        "table": {"a": np.full(BIG // 8, float(mark)), "b": np.full(BIG // 8, -float(mark))},
    }


def are_some(found: dict[str, Any], mark: int) -> bool:
    """Whether these are those."""
    wanted: dict[str, Any] = some(mark)
    plain = ("number", "text", "long", "list", "same", "rows")
    return (
        found.keys() == wanted.keys()
        and all(found[name] == wanted[name] for name in plain)
        and found["list"][1] is found["same"][0] is found["rows"][1]
        and bool((found["array"] == wanted["array"]).all())
        and all(bool((found["table"][key] == wanted["table"][key]).all()) for key in "ab")
    )

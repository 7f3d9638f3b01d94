"""Files that are there whole or not at all, and that nobody else can have written."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import IO

CHUNK = 2**26
"""Bytes that are written at once."""

ASIDE = ".new"
"""What the name of a file ends in as long as it is being written."""


class NotOurs(OSError):
    """Somebody else could have written it: what is in it is code, and is not run."""


class Aside:
    """A file that is written aside; it gets its name when it is complete."""

    def __init__(self, directory: Path, name: str) -> None:
        """`name` must not be used for anything else that is written at the same time.  Raises OSError."""
        self._path = directory / f"{name}{ASIDE}"
        self.size = 0
        """Bytes that have been written."""
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it.  Raises OSError: the disk is full."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            written = os.write(self._fd, rest[:CHUNK])
            rest = rest[written:]
            self.size += written
        return size

    def finish(self, path: Path) -> None:
        """Have it on the disk, under this name.  Raises OSError."""
        os.fsync(self._fd)
        os.close(self._fd)
        os.rename(self._path, path)

    def discard(self) -> None:
        """It is not wanted."""
        os.close(self._fd)
        os.unlink(self._path)


def write_whole(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write a file.  It is there with all of this or, if this raises OSError, as it was."""
    file = Aside(path.parent, path.name)
    try:
        for part in parts:
            file.write(part)
    except BaseException:
        file.discard()
        raise
    file.finish(path)


def sync(directory: Path) -> None:
    """Have the names in a directory on the disk.  Raises OSError."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def open_own(path: Path) -> IO[bytes]:
    """A file of the user's own, to be read.  Raises OSError; NotOurs if somebody else owns it, or can write to it."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    file = open(fd, "rb")  # noqa: SIM115: the caller closes it
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        file.close()
        raise NotOurs(f"{path} is not a file that only you can write")
    return file


def mapped(path: Path, size: int) -> memoryview:
    """The content of a file of `size` bytes, which may be changed in memory, but is not in the file.

    Nothing is read before somebody looks at it.  Raises OSError, NotOurs, and ValueError if the file is shorter.
    """
    with open_own(path) as file:
        if os.fstat(file.fileno()).st_size < size:  # to look there would be a SIGBUS
            raise ValueError(f"{path.name} is shorter than it was")
        return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY))

"""Files that are there whole or not at all, and that nobody else can have written."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from pathlib import Path
from typing import IO

CHUNK = 2**24
"""Bytes that are written or read at once."""

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
        remove(self._path)  # what somebody has left who was ended
        self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    @property
    def name(self) -> str:
        """What it is called as yet."""
        return self._path.name

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
        """Have it on the disk, under this name.  Raises OSError; then it is gone."""
        try:
            os.fsync(self._fd)
            os.rename(self._path, path)
        except BaseException:
            self.discard()
            raise
        os.close(self._fd)

    def discard(self) -> None:
        """It is not wanted."""
        os.close(self._fd)
        remove(self._path)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file.  It is there with all of this or, if this raises OSError, as it was."""
    file = Aside(path.parent, path.name)
    try:
        file.write(data)
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


def remove(path: Path) -> bool:
    """Delete a file, if there is one.  Returns whether there is none now; if not, perhaps it can be deleted later."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError:
        return False
    return True


def check_directory(path: Path) -> None:
    """Raise OSError if it is not there, NotOurs if it is not the user's alone."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or not _is_ours(found):
        raise NotOurs(f"{path} is not a directory that only you can write to")


def open_own(path: Path) -> IO[bytes]:
    """A file of the user's own, to be read.  Raises OSError; NotOurs if somebody else owns it, or can write to it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENXIO):  # a link; a socket
            raise
        raise NotOurs(f"{path} is not a file") from None
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
        os.close(fd)
        raise NotOurs(f"{path} is not a file that only you can write")
    return os.fdopen(fd, "rb")  # the user's code may have replaced open()


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def mapped(file: IO[bytes], size: int) -> memoryview:
    """The content of a file of `size` bytes, which may be changed in memory, but is not in the file.

    Nothing is read before somebody looks at it: in a file that is shorter, that would be a SIGBUS.  Raises OSError.
    """
    return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY))

"""The files of a snapshot while it is written: what they may take of the disk, and that none is left if it fails."""

from __future__ import annotations

import errno
import os

from gshell.survival.files import Aside
from gshell.survival.folder import KEPT, Folder

ROOM = 2**28
"""Bytes that are left free on the disk: others want to write, too."""


class NoRoom(OSError):
    """The disk is nearly full, or the user has set a limit."""


class Draft:
    """The files of one snapshot.  In the process that has locked the session; used by one thread."""

    def __init__(self, folder: Folder, number: int, limit: int) -> None:
        """`limit`: bytes that the session may have on the disk; 0: no limit."""
        self._folder = folder
        self._number = number
        self._limit = limit
        self._made = 0
        self._size = 0
        self._open: list[Aside] = []
        self._needed: set[str] = set()
        self._found: dict[str, int] = {}  # files that there were, or 0, with their sizes
        self.problem: OSError | None = None
        """Why a file could not be written.  (Who pickles may have taken it for a problem of the value's.)"""

    def new_file(self) -> Aside:
        """A file, which has no name yet.  Raises OSError."""
        self._made += 1
        try:
            file = Aside(self._folder.objects, f"file-{self._number}-{self._made}")
        except OSError as error:
            self.problem = error
            raise
        self._open.append(file)
        return file

    def write(self, file: Aside, data: bytes | memoryview) -> None:
        """Write all of it.  Raises OSError; NoRoom before the disk is full."""
        try:
            self._make_room(memoryview(data).nbytes)
            self._size += file.write(data)
        except OSError as error:
            self.problem = error
            raise

    def finish(self, file: Aside, name: str) -> None:
        """Have it on the disk, as a part of the snapshot.  Raises OSError."""
        self._open.remove(file)
        file.finish(self._folder.objects / name)
        self._needed.add(name)
        self._found[name] = file.size

    def discard(self, file: Aside) -> None:
        """It is not wanted."""
        self._open.remove(file)
        self._size -= file.size
        file.discard()

    def has(self, name: str, size: int) -> bool:
        """Whether there is a file of so many bytes, which is a part of the snapshot then."""
        if name not in self._found:
            self._found[name] = self._folder.size_of(name)
        there = self._found[name] >= size
        if there and name not in self._needed:
            self._size += self._found[name]
            self._needed.add(name)
        return there

    def done(self) -> None:
        """The snapshot is there.  Older ones go if they take too much beside it."""
        if self._limit and self._folder.size > self._limit:
            self._folder.prune(1)

    def give_up(self, error: BaseException) -> None:
        """There will be no snapshot.  If the disk is full, older ones go, so that there is room for the next."""
        for file in self._open:
            file.discard()
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        self._folder.prune(1 if full else KEPT)

    def _make_room(self, size: int) -> None:
        if self._limit and self._size + size > self._limit:
            raise NoRoom(f"it would take more than {self._limit / 1e9:g} GB (the setting session_gb)")
        if not self._fits(size):
            self._folder.prune(1, self._needed | {file.name for file in self._open})
            if not self._fits(size):
                raise NoRoom(f"the disk is nearly full ({self._folder.path})")

    def _fits(self, size: int) -> bool:
        disk = os.statvfs(self._folder.path)
        return not disk.f_blocks or disk.f_bavail * disk.f_frsize >= size + ROOM  # some file systems don't know

"""One session on the disk: its snapshots, and the files that they need.

    NAME/lock              held by the shell whose session it is
    NAME/snapshot-7.json   a manifest: the one with the greatest number is the last
    NAME/objects/          what the manifests refer to; a file that is named after its content is never changed
    NAME/known             there if the user has been told of it, or has restored it
    NAME/crash             where Python was when the process died of a signal

A manifest is written last, so what it refers to is there.  What no manifest refers to is deleted after the next one.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from pathlib import Path

from gshell.paths import make_private
from gshell.survival.files import ASIDE, NotOurs, open_own, sync, write_whole
from gshell.survival.manifest import Manifest, Unreadable, as_text, from_text

KEPT = 10
"""Snapshots that can be gone back to, if they are small."""
KEPT_AT_LEAST = 2
"""And if they are large."""
SMALL = 2**28
"""Bytes that the older ones may take together, above those of the last."""

_SNAPSHOT = re.compile(r"snapshot-(\d+)\.json")


class InUse(OSError):
    """Another shell has the session."""


class Folder:
    """The directory of one session.  Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = -1

    @property
    def name(self) -> str:
        """The session's name."""
        return self.path.name

    @property
    def objects(self) -> Path:
        """Where the files are that manifests refer to."""
        return self.path / "objects"

    @property
    def crash(self) -> Path:
        """What faulthandler writes."""
        return self.path / "crash"

    # Whose it is.

    def make(self) -> None:
        """See to it that it is there, and ours alone.  Raises OSError."""
        make_private(self.objects)
        for each in (self.path, self.objects):
            check_directory(each)

    def lock(self) -> None:
        """Have it for this process, until it ends or unlock().  Raises OSError; InUse if another one has it."""
        if self._lock >= 0:
            return
        fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise InUse(f"another shell has the session {self.name}") from None
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        self._lock = fd

    def unlock(self) -> None:
        """Let others have it.  In a child that the user's code has forked, too, which would keep it for its life."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def in_use(self) -> bool:
        """Whether a shell has it: this one or another."""
        if self._lock >= 0:
            return True
        try:
            self.lock()
        except InUse:
            return True
        except OSError:  # there is none, or it is not ours
            return False
        self.unlock()
        return False

    @property
    def has_shell(self) -> bool:
        """Whether there is a shell that has it: this one or another."""
        return self.in_use and not self.is_being_written

    @property
    def is_being_written(self) -> bool:
        """Whether its shell has ended, and the last snapshot is not complete: a child of that shell is still at it."""
        if not self.in_use or self._lock >= 0:
            return False
        try:
            os.kill(int((self.path / "lock").read_bytes()), 0)
        except ProcessLookupError:
            return True
        except (OSError, ValueError):
            pass
        return False

    @property
    def has_crashed(self) -> bool:
        """Whether its process has died of a signal while Python ran, and where is known."""
        try:
            return self.crash.stat().st_size > 0
        except OSError:
            return False

    @property
    def descriptor(self) -> int:
        """The file that holds the lock; -1 if it is not locked."""
        return self._lock

    # Snapshots.

    def numbers(self) -> list[int]:
        """Those of its snapshots, the oldest first.  Raises OSError."""
        found = (_SNAPSHOT.fullmatch(each.name) for each in os.scandir(self.path))
        return sorted(int(each[1]) for each in found if each)

    def manifest(self, number: int) -> Manifest:
        """The manifest of a snapshot.  Raises Unreadable."""
        try:
            check_directory(self.path)
            with open_own(self._manifest(number)) as file:
                return from_text(file.read())
        except OSError as error:
            raise Unreadable(str(error) if isinstance(error, NotOurs) else error.strerror or str(error)) from None

    def last(self) -> Manifest:
        """The last one that can be read.  Raises Unreadable if there is none."""
        why = Unreadable("there is no snapshot in it")
        try:
            numbers = self.numbers()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None
        for number in reversed(numbers):
            try:
                return self.manifest(number)
            except Unreadable as error:
                why = error
        raise why

    def add(self, manifest: Manifest) -> None:
        """Have a snapshot: its files are there.  Raises OSError."""
        sync(self.objects)
        write_whole(self._manifest(manifest.number), [as_text(manifest)])
        self._known.unlink(missing_ok=True)
        sync(self.path)
        self._prune(manifest)

    def _prune(self, newest: Manifest) -> None:
        """Delete the oldest snapshots, and what none refers to any more."""
        kept, files, size = 0, set[str](), 0
        for number in reversed(self.numbers()):
            try:
                needed = newest.files if number == newest.number else self.manifest(number).files
            except Unreadable:  # a newer gshell may read it
                return
            size += sum(self._size(each) for each in needed - files) if kept else 0
            if kept >= KEPT or (kept >= KEPT_AT_LEAST and size > SMALL):
                self._manifest(number).unlink(missing_ok=True)
                continue
            kept += 1
            files |= needed
        for path in list(self.objects.iterdir()):
            if path.name not in files:
                path.unlink(missing_ok=True)
        for path in self.path.glob(f"*{ASIDE}"):
            path.unlink(missing_ok=True)

    def _size(self, name: str) -> int:
        try:
            return (self.objects / name).stat().st_size
        except OSError:
            return 0

    def _manifest(self, number: int) -> Path:
        return self.path / f"snapshot-{number}.json"

    def drop(self, number: int) -> None:
        """Delete one snapshot.  Raises OSError."""
        self._manifest(number).unlink(missing_ok=True)

    # What the user knows of it.

    @property
    def is_known(self) -> bool:
        """Whether the user was told of it, or has restored it, since its last snapshot."""
        return self._known.exists()

    def note_known(self) -> None:
        """The user knows of it.  Raises OSError."""
        self._known.touch(mode=0o600)

    @property
    def _known(self) -> Path:
        return self.path / "known"

    # As a whole.

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(_blocks(path) for path in (*self.path.glob("*"), *self.path.glob("objects/*")))

    @property
    def used(self) -> float:
        """When it was last written to, in seconds since 1970.  Raises OSError."""
        return max(self.path.stat().st_mtime, *(each.stat().st_mtime for each in self.path.glob("snapshot-*.json")), 0)

    def delete(self) -> None:
        """Delete all of it.  Raises OSError."""
        shutil.rmtree(self.path)


def check_directory(path: Path) -> None:
    """Raise OSError if it is not there, NotOurs if it is not the user's alone."""
    found = path.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022 or path.is_symlink():
        raise NotOurs(f"{path} is not a directory that only you can write to")


def _blocks(path: Path) -> int:
    try:
        return path.stat().st_blocks * 512
    except OSError:
        return 0

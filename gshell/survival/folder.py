"""One session on the disk: its snapshots, and the files that they need.

    NAME/lock              held by the shell whose session it is; has its process id
    NAME/snapshot-7.json   a manifest: the one with the greatest number is the last
    NAME/objects/          what the manifests refer to; a file that is named after its content is never changed
    NAME/known             there if the user has been told of it, or has restored it
    NAME/crash             where Python was when the process died of a signal

A manifest is written last, so what it refers to is there.  What no manifest refers to is deleted: what a process has
left that was ended meanwhile, or what only an old snapshot had.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Container
from pathlib import Path

from gshell.paths import make_private
from gshell.survival.files import ASIDE, check_directory, open_own, remove, sync, write_whole
from gshell.survival.lock import Holder, Lock
from gshell.survival.manifest import Manifest, Newer, Unreadable, as_text, files_of, from_text

KEPT = 10
"""Snapshots that can be gone back to, if they are small."""
KEPT_AT_LEAST = 2
"""And if they are large."""
SMALL = 2**28
"""Bytes that the older ones may take together, above those of the last."""

_SNAPSHOT = re.compile(r"snapshot-([1-9][0-9]{0,15})\.json")


class Folder:
    """The directory of one session.  Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path / "lock")

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
        sync(self.path.parent)

    def lock(self) -> None:
        """Have it for this process, until it ends or unlock().  Raises OSError; InUse if another one has it."""
        self._lock.take()

    def note_end(self) -> None:
        """Its shell ends when the last snapshot is written; who restores it waits for that.  From any thread."""
        self._lock.note_end()

    def unlock(self) -> None:
        """Let others have it.  In a child that the user's code has forked, too, which would keep it for its life."""
        self._lock.release()

    @property
    def holder(self) -> Holder:
        """Who has it.  Changes nothing on the disk."""
        return self._lock.holder

    @property
    def in_use(self) -> bool:
        """Whether a shell has it, this one or another, or what is left of one."""
        return self.holder is not Holder.NOBODY

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
        return self._lock.descriptor

    # Snapshots.

    def numbers(self) -> list[int]:
        """Those of its snapshots, the oldest first.  Raises OSError."""
        found = (_SNAPSHOT.fullmatch(each.name) for each in os.scandir(self.path))
        return sorted(int(each[1]) for each in found if each)

    def manifest(self, number: int) -> Manifest:
        """The manifest of a snapshot.  Raises Unreadable."""
        return from_text(self._read(number))

    def _read(self, number: int) -> bytes:
        try:
            check_directory(self.path)
            with open_own(self._manifest(number)) as file:
                return file.read()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None

    def last(self) -> Manifest:
        """The last one that can be read.  Raises Unreadable if there is none: why the last of all can't be."""
        why = None
        try:
            numbers = self.numbers()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None
        for number in reversed(numbers):
            try:
                return self.manifest(number)
            except Unreadable as error:
                why = why or error
        raise why or Unreadable("there is no snapshot in it")

    def add(self, manifest: Manifest) -> None:
        """Have a snapshot: its files are there.  Raises OSError."""
        sync(self.objects)
        self._known.unlink(missing_ok=True)  # first: it is better told of twice than never
        write_whole(self._manifest(manifest.number), as_text(manifest))
        sync(self.path)
        self.prune()

    def prune(self, most: int = KEPT, wanted: Container[str] = ()) -> None:
        """Delete the oldest snapshots, but for so many, and the files that neither a snapshot needs nor a new one.

        (`wanted`: the new one's.)  What can't be deleted stays.  A file that another process has mapped, it keeps.
        """
        try:
            needed = self._prune_manifests(most)
            for path in [*self.path.glob(f"*{ASIDE}"), *self.objects.iterdir()]:
                is_done_with = path.name.endswith(ASIDE) or (needed is not None and path.name not in needed)
                if is_done_with and path.name not in wanted:
                    remove(path)
        except OSError:  # the directory can't be read
            pass

    def _prune_manifests(self, most: int) -> set[str] | None:
        """Delete the oldest; return which files the others need, or None if that is not known.  Raises OSError.

        Of two that are the same, one after the other, the later one is enough: it must not be in the way of an older
        one that has what is not there any more.  What a newer gshell has written is its own affair.
        """
        kept, files, size, unknown, content = 0, set[str](), 0, False, ""
        for number in reversed(self.numbers()):
            needed: set[str] | None = None
            is_same = False
            try:
                data = self._read(number)
                needed = files_of(data)
                is_same = (found := from_text(data).content) == content
                content = found
            except Newer:
                unknown = True
                continue
            except Unreadable:
                pass
            if kept:
                size += sum(self.size_of(each) for each in (needed or set()) - files)
            is_old = kept >= most or (kept >= KEPT_AT_LEAST and size > SMALL)
            if (is_old or is_same) and remove(self._manifest(number)):
                continue
            if needed is None:
                unknown = True
            else:
                kept += 1
                files |= needed
        return None if unknown else files

    def size_of(self, name: str) -> int:
        """Bytes of a file that manifests refer to; 0 if it is not there, or is not ours alone."""
        try:
            with open_own(self.objects / name) as file:
                return os.fstat(file.fileno()).st_size
        except OSError:
            return 0

    def _manifest(self, number: int) -> Path:
        return self.path / f"snapshot-{number}.json"

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
        """When its last snapshot was taken, or it was made, in seconds since 1970.  Raises OSError."""
        times = [self._manifest(number).lstat().st_mtime for number in self.numbers()]
        return max(times) if times else self.path.lstat().st_mtime

    def delete(self) -> None:
        """Delete all of it.  Raises OSError; InUse if a shell has it."""
        self.lock()
        try:
            for number in self.numbers():  # first: what is left if this is broken off, is no snapshot
                remove(self._manifest(number))
            shutil.rmtree(self.path)
        finally:
            self.unlock()


def _blocks(path: Path) -> int:
    try:
        return path.lstat().st_blocks * 512
    except OSError:
        return 0

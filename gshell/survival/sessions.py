"""All sessions on the disk: which there are, what the last one was, and which are too old or too large."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from gshell.survival.files import check_directory
from gshell.survival.folder import Folder
from gshell.survival.lock import Holder, InUse
from gshell.survival.manifest import Manifest, Unreadable

_NAME = re.compile(r"[\w][\w.+-]{0,99}")
_OWN_NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{6}(-\d+)?")
_LONGEST = 200
"""Bytes of a name: file systems have some limit."""
_DAY = 86400.0
_EMPTY = 3600.0
"""Seconds after which a session without a snapshot is deleted: its shell was killed, or it was half deleted."""
_AHEAD = 60.0
"""Seconds that the clock of a file server may be ahead of ours."""


class Sessions:
    """The directory of all sessions.  From any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def folder(self, name: str) -> Folder:
        """A session's, whether it is there or not.  Raises ValueError for a name that can't be one's."""
        if not _NAME.fullmatch(name) or len(os.fsencode(name)) > _LONGEST:
            shown = ascii(name if len(name) <= 40 else f"{name[:40]}...")
            raise ValueError(f"{shown} is no name of a session: up to 100 letters, digits, and . + - _ between them")
        return Folder(self._directory / name)

    def new(self) -> Folder:
        """A new one, which is locked.  Raises OSError."""
        base = time.strftime("%Y-%m-%d-%H%M%S")
        for number in range(1000):
            folder = self.folder(f"{base}-{number}" if number else base)
            if folder.path.exists():
                continue
            folder.make()
            try:
                folder.lock()
            except InUse:  # another shell has begun at the same time
                continue
            return folder
        raise FileExistsError(f"there are too many sessions in {self._directory}")

    def all(self) -> list[Folder]:
        """Those that are there, the last used first.  Raises OSError if the directory is not the user's alone."""
        try:
            check_directory(self._directory)
        except FileNotFoundError:
            return []
        # A time that is yet to come was written when the clock was wrong: it does not hide what is newer.
        latest = time.time() + _AHEAD
        found = sorted(self._found(), key=lambda each: (each[0] <= latest, each), reverse=True)
        return [Folder(self._directory / name) for _, name in found]

    def _found(self) -> Iterator[tuple[float, str]]:
        for entry in list(os.scandir(self._directory)):
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                try:
                    yield Folder(Path(entry.path)).used, entry.name
                except OSError:  # it has just been deleted
                    continue

    def last(self) -> Folder | None:
        """The one that was used last, whose shell has ended; its last snapshot may still be written, or unreadable.

        Raises OSError.
        """
        return next(filter(_has_ended, self.all()), None)

    def untold(self) -> tuple[Folder, Manifest] | None:
        """The last session, if nobody was told of it, and it was not restored; it is told of now."""
        try:
            folder = self.last()
            if folder is None or folder.is_known:
                return None
            manifest = folder.last()
            folder.note_known()
        except (OSError, Unreadable):
            return None
        return folder, manifest

    def tidy(self, days: float, limit: int) -> list[tuple[str, int]]:
        """Delete those that are older than `days`, and the oldest if all take more than `limit` bytes (0: no limit).

        The last one stays, and those that have a name of the user's.  Returns the names and sizes of those that were
        deleted.  Raises OSError if the directory is not the user's alone.
        """
        gone = []
        total = 0
        last = self.last()
        for folder in self.all():
            size = folder.size
            total += size
            if not _OWN_NAME.fullmatch(folder.name) or (last is not None and folder.name == last.name):
                continue
            try:
                has_snapshots = bool(folder.numbers())
                age = time.time() - folder.used
                too_much = has_snapshots and 0 < limit < total
                if too_much or age > (days * _DAY if has_snapshots else _EMPTY):
                    folder.delete()
                    total -= size
                    gone += [(folder.name, size)] * has_snapshots
            except OSError:  # a shell has it, or it can't be deleted
                continue
        return gone


def _has_ended(folder: Folder) -> bool:
    """Whether it can be restored, or will be."""
    try:
        holder = folder.holder
        return holder is Holder.ENDING or (holder is Holder.NOBODY and bool(folder.numbers()))
    except OSError:  # it has just been deleted
        return False

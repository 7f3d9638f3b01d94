"""All sessions on the disk: which there are, what the last one was, and which are too old or too large."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from gshell.survival.files import check_directory
from gshell.survival.folder import Folder
from gshell.survival.manifest import Manifest, Unreadable

_NAME = re.compile(r"[\w][\w.+-]{0,99}")
_OWN_NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{6}(-\d+)?")


class Sessions:
    """The directory of all sessions.  From any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def folder(self, name: str) -> Folder:
        """A session's, whether it is there or not.  Raises ValueError for a name that can't be one's."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a session: letters, digits, and . + - _ between them")
        return Folder(self._directory / name)

    def new(self) -> Folder:
        """A new one, which is locked.  Raises OSError."""
        base = time.strftime("%Y-%m-%d-%H%M%S")
        for number in range(1000):
            folder = self.folder(f"{base}-{number}" if number else base)
            if not folder.path.exists():
                folder.make()
                folder.lock()
                return folder
        raise FileExistsError(f"there are too many sessions in {self._directory}")

    def all(self) -> list[Folder]:
        """Those that are there, the last used first.  Raises OSError if the directory is not the user's alone."""
        try:
            check_directory(self._directory)
        except FileNotFoundError:
            return []
        return [Folder(self._directory / name) for _, name in sorted(self._found(), reverse=True)]

    def _found(self) -> Iterator[tuple[float, str]]:
        for entry in os.scandir(self._directory):
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                try:
                    yield Folder(Path(entry.path)).used, entry.name
                except OSError:  # it has just been deleted
                    continue

    def last(self) -> Folder | None:
        """The one that was used last, has a snapshot, and no shell.  Raises OSError."""
        return next((each for each in self.all() if not each.has_shell and _has_snapshot(each)), None)

    def untold(self) -> tuple[Folder, Manifest] | None:
        """The last session, if nobody was told of it, and it was not restored; it is told of now."""
        try:
            folder = next((each for each in self.all() if not each.has_shell), None)
            if folder is None or folder.is_known:
                return None
            manifest = folder.last()
            folder.note_known()
        except (OSError, Unreadable):
            return None
        return folder, manifest

    def tidy(self, days: float, limit: int) -> list[tuple[str, int]]:
        """Delete those that are older than `days`, and the oldest if all take more than `limit` bytes (0: no limit).

        Those that have a name of the user's stay.  Returns the names and sizes of those that were deleted.
        """
        gone = []
        total = 0
        for folder in self.all():
            size = folder.size
            total += size
            too_old = time.time() - folder.used > days * 86400
            too_much = bool(limit) and total > limit
            if (too_old or too_much) and _OWN_NAME.fullmatch(folder.name) and not folder.in_use:
                folder.delete()
                total -= size
                gone.append((folder.name, size))
        return gone


def _has_snapshot(folder: Folder) -> bool:
    try:
        folder.last()
    except Unreadable:
        return False
    return True

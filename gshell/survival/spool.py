"""Where a pickle goes while it is written: to memory, or to a file of its own if it is long."""

from __future__ import annotations

from io import BytesIO

import xxhash

from gshell.survival.draft import Draft
from gshell.survival.files import Aside

SMALL = 2**18
"""Bytes up to which it is in memory."""


class Spool:
    """A file, as picklers want one.  Used by one thread."""

    def __init__(self, draft: Draft) -> None:
        """`draft` makes the file if it is long.  What it raises, write() raises."""
        self._draft = draft
        self._hash = xxhash.xxh3_128()
        self._memory = BytesIO()
        self.file: Aside | None = None
        """The file, if it is long."""
        self.size = 0

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it.  Raises OSError."""
        self._hash.update(data)
        size = memoryview(data).nbytes
        self.size += size
        if self.file is None and self.size > SMALL:
            self.file = self._draft.new_file()
            self._draft.write(self.file, self._memory.getvalue())
            self._memory = BytesIO()
        if self.file is None:
            self._memory.write(data)
        else:
            self._draft.write(self.file, data)
        return size

    @property
    def digest(self) -> str:
        """What tells it from others; see manifest.digest()."""
        return self._hash.hexdigest()

    @property
    def data(self) -> bytes:
        """All of it, if it is not long."""
        return self._memory.getvalue()

    def discard(self) -> None:
        """It is not wanted."""
        if self.file is not None:
            self._draft.discard(self.file)
            self.file = None

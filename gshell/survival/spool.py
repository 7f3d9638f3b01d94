"""Where a pickle goes while it is written: to memory, or to a file of its own if it is long."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import xxhash

from gshell.survival.files import Aside

SMALL = 2**18
"""Bytes up to which it is in memory."""


class Spool:
    """A file, as picklers want one.  Used by one thread."""

    def __init__(self, make_file: Callable[[], Aside]) -> None:
        """`make_file()` is called when it is long.  What it raises, write() raises."""
        self._make_file = make_file
        self._hash = xxhash.xxh3_128()
        self._memory = BytesIO()
        self.file: Aside | None = None
        """The file, if it is long."""
        self.size = 0

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it.  Raises OSError."""
        self._hash.update(data)
        size = len(memoryview(data).cast("B"))
        self.size += size
        if self.file is None and self.size > SMALL:
            self.file = self._make_file()
            self.file.write(self._memory.getbuffer())
            self._memory = BytesIO()
        (self.file or self._memory).write(data)
        return size

    @property
    def digest(self) -> str:
        """What tells it from others; see manifest.digest()."""
        return self._hash.hexdigest()

    @property
    def data(self) -> memoryview:
        """All of it, if it is not long."""
        return self._memory.getbuffer()

    def discard(self) -> None:
        """It is not wanted."""
        if self.file is not None:
            self.file.discard()
            self.file = None

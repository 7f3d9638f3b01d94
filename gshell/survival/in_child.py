"""What the forked child does: it writes the snapshot, and says what has become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gshell.survival.child import Report, hide_main
from gshell.survival.contents import Contents
from gshell.survival.folder import Folder
from gshell.survival.writing import Culprit, Writer


def write(
    folder: Folder,
    contents: Callable[[], Contents],
    limit: int,
    skip: Mapping[Culprit, str],
    why: str,
    running: str,
    tell: Callable[[Culprit | None], object],
) -> Report:
    """Write the snapshot; the arguments are those of Writer.  Raises OSError."""
    values = contents()
    hide_main()
    manifest = Writer(folder, values, limit, tell).write(skip, why, running)
    return Report(
        written=True,
        number=manifest.number,
        values=len(manifest.variables),
        size=manifest.size,
        left_out=[((each.space, each.name), each.reason) for each in manifest.left_out],
    )

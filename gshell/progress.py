"""track(): a loop with a progress bar that Ctrl-C stops between two items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from gshell.threads.flag import stop_at

T = TypeVar("T")


def track(iterable: Iterable[T], label: str = "", total: float | None = None) -> Iterator[T]:
    """Go through `iterable`, with a bar in the terminal that shows how far it is, the rate and the time that is left.

        for file in gshell.track(files, label="reading"):
            ...

    `total` is the number of items, if len() does not know it.  Ctrl-C stops the loop between two items, as ipbreak()
    does: by SystemExit, which ends the script, not the shell; a line says how many items were done.  There is no bar
    where standard error is no terminal.  From any thread.
    """
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[type-arg]
        monitor_interval = 0  # or tqdm starts a thread, for bars that nobody has moved for ten seconds

    with Bar(iterable, desc=label or None, total=total, dynamic_ncols=True, disable=None) as bar:
        for number, item in enumerate(bar):
            stop_at(f"item {number}")
            yield item

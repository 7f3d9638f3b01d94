"""The console's asyncio loop."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from typing import Any

from gshell.reserve import is_wanted


class _Loop(asyncio.SelectorEventLoop):
    """One that could not be made, for want of memory, does not complain of that when it is collected."""

    _is_made = False

    def __init__(self) -> None:
        super().__init__()
        self._is_made = True

    def __del__(self) -> None:
        if self._is_made:
            super().__del__()


def new_loop(on_no_memory: Callable[[Exception, bool], None]) -> asyncio.AbstractEventLoop:
    """Return a loop whose descriptors user code may close: that ends the session, with one line (thread.start()).

    `on_no_memory(error, by_callback)` is called for want of memory, in one of the loop's own callbacks (which read
    keys) or in a task.
    """

    def on_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback of the loop's has raised: its own first of all, which reads a descriptor that is closed."""
        error = context.get("exception")
        if isinstance(error, Exception) and is_wanted(error):  # the default, a traceback, needs more
            on_no_memory(error, "handle" in context)
        elif not (isinstance(error, OSError) and error.errno == errno.EBADF):
            loop.default_exception_handler(context)

    loop = _Loop()
    loop.set_exception_handler(on_error)
    return loop

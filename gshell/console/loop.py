"""The console's asyncio loop."""

from __future__ import annotations

import asyncio
import errno
from typing import Any


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop whose descriptors user code may close: that ends the session, with one line (console.start())."""
    loop = asyncio.SelectorEventLoop()
    loop.set_exception_handler(_on_error)
    return loop


def _on_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A callback of the loop's has raised: its own first of all, which reads a descriptor that is closed."""
    error = context.get("exception")
    if not (isinstance(error, OSError) and error.errno == errno.EBADF):
        loop.default_exception_handler(context)

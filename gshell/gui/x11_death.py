"""X11: what happens when the server dies.  Xlib's own answer is exit()."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_kept: list[Any] = []  # Xlib calls them whenever it likes


def when_server_dies(handle: Callable[[], object]) -> None:
    """Have Xlib call `handle()` on the thread that notices that its connection is broken; if that returns, Xlib exits.

    For toolkits that use Xlib, after they have opened the display: GDK has set its own handler by then.
    """
    try:
        xlib = ctypes.CDLL("libX11.so.6")
    except OSError:
        return

    def on_error(display: int | None) -> int:
        handle()
        return 0

    _kept.append(_Handler(on_error))
    xlib.XSetIOErrorHandler(_kept[-1])

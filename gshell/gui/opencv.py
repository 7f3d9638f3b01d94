"""OpenCV's own windows (`cv2.imshow`, `cv2.waitKey`), beside those of this session.

OpenCV brings a Qt of its own, whose application lives in the thread that shows the first picture: the worker.  That Qt
wants the default main context of GLib, which our event loop holds for good, and waits for it for ever.  Qt has a switch
for doing without GLib.  OpenCV's import also has every Qt look for its plugins where OpenCV's are, in which ours finds
none that it can load: so ours is started before it can look there.  And Ctrl-C does not reach a wait in C.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

SLICE = 0.05
"""Seconds for which OpenCV waits for a key before Ctrl-C is looked for."""
_PLUGINS = "QT_QPA_PLATFORM_PLUGIN_PATH"


def prepare(cv2: ModuleType, start_toolkit: Callable[[], object]) -> None:
    """Have OpenCV's windows work.  In the thread that imports it."""
    plugins = os.environ.pop(_PLUGINS, None)
    try:
        start_toolkit()
    except RuntimeError:
        pass  # there can be none here (no display): OpenCV itself says so when it is to show something
    finally:
        if plugins is not None:
            os.environ[_PLUGINS] = plugins
    os.environ.setdefault("QT_NO_GLIB", "1")
    for name in ("waitKey", "waitKeyEx"):
        if hasattr(cv2, name):  # not in a build without windows
            setattr(cv2, name, in_slices(getattr(cv2, name)))


def in_slices(wait_key: Callable[[int], int]) -> Callable[..., int]:
    """OpenCV's function that waits for a key, so many milliseconds or (0) for ever, as one that Ctrl-C ends."""

    @functools.wraps(wait_key, assigned=("__name__", "__doc__"))
    def waiting(delay: Any = 0) -> int:
        end = time.monotonic() + delay / 1000 if delay > 0 else None
        while True:
            began = time.monotonic()
            left = SLICE if end is None else min(SLICE, end - began)
            key = wait_key(max(1, round(left * 1000)))
            now = time.monotonic()
            # Sooner than it was told to: it has no window to wait in.
            if key != -1 or (end is not None and now >= end) or now - began < left / 2:
                return key

    return waiting

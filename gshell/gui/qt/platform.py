"""Whether one of Qt's platform plugins can be loaded.  Where none can, Qt aborts the whole process.

The wheels of Qt's bindings bring Qt, but not the libraries of the system that its plugin for X11 needs, which minimal
systems don't have.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path


def why_no_plugin(directories: Iterable[str]) -> str:
    """What the dynamic linker says against Qt's plugins for this display; empty if one can be loaded, or none is found.

    `directories`: where Qt looks for plugins (QCoreApplication.libraryPaths()).  From any thread.
    """
    own = os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH")
    places = [*(Path(directory, "platforms") for directory in directories), *([Path(own)] if own else [])]
    reason = ""
    for name in _names():
        for plugin in (path for place in places for path in sorted(place.glob(f"libq{name}*.so"))):
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                reason = reason or str(error)
            else:
                return ""
    return reason


def needs_display() -> bool:
    """Whether Qt is to be shown on a display of X11 or Wayland: not "offscreen", "vnc" and others."""
    return any(name in ("xcb", "wayland") for name in _names())


def _names() -> list[str]:
    """The platforms that Qt may try (QGuiApplication's documentation, "platform")."""
    asked = os.environ.get("QT_QPA_PLATFORM")
    if asked:
        return [name.partition(":")[0] for name in asked.split(";")]
    return ["xcb", "wayland"] if os.environ.get("WAYLAND_DISPLAY") else ["xcb"]

"""Whether a display can be opened.  Qt aborts the whole process where it can't, so this has to be known before."""

from __future__ import annotations

import ctypes
import os
import socket
import sys


def why_no_display() -> str:
    """The reason why no window can be shown, in one line; empty if one can.  From any thread."""
    if sys.platform in ("darwin", "win32"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY") and _wayland_answers():
        return ""
    display = os.environ.get("DISPLAY")
    if not display:
        return "DISPLAY is not set"
    return "" if _x_answers() else f"the display {display} can't be opened"


def _x_answers() -> bool:
    """Open the X display as a toolkit would, authorization included."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # no way to tell, and toolkits without it have other means
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def _wayland_answers() -> bool:
    path = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), os.environ["WAYLAND_DISPLAY"])
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:
            return False
    return True

"""X11: a window that appears without taking the keyboard, for toolkits that have no word for that."""

from __future__ import annotations

import ctypes
from typing import Any

_REPLACE = 0  # XCB_PROP_MODE_REPLACE
_CARDINAL = 6  # XCB_ATOM_CARDINAL


_HEAD = (
    ("response_type", ctypes.c_uint8),
    ("pad0", ctypes.c_uint8),
    ("sequence", ctypes.c_uint16),
    ("length", ctypes.c_uint32),
)


class _AtomReply(ctypes.Structure):
    _fields_ = (*_HEAD, ("atom", ctypes.c_uint32))


class _TreeReply(ctypes.Structure):
    _fields_ = (*_HEAD, ("root", ctypes.c_uint32), ("parent", ctypes.c_uint32))


def show_without_focus(window: int) -> None:
    """Have the window manager not give the keyboard to the parent of the X window with this id, when it maps that.

    (The parent: what Tk calls a window is inside the one that the window manager knows.)

    That is what the time 0 means as the one at which its user has last done something with it
    (https://specifications.freedesktop.org/wm-spec/latest/ar01s05.html, _NET_WM_USER_TIME).  Without X this does
    nothing.
    """
    try:
        xcb: Any = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return
    xcb.xcb_connect.restype = xcb.xcb_request_check.restype = ctypes.c_void_p
    xcb.xcb_intern_atom_reply.restype = ctypes.POINTER(_AtomReply)
    xcb.xcb_query_tree_reply.restype = ctypes.POINTER(_TreeReply)
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if not xcb.xcb_connection_has_error(connection):
            _set_user_time(xcb, connection, window)
    finally:
        xcb.xcb_disconnect(connection)


def _set_user_time(xcb: Any, connection: ctypes.c_void_p, window: int) -> None:
    name = b"_NET_WM_USER_TIME"
    asked = xcb.xcb_intern_atom(connection, 0, len(name), name)
    atom = _taken(xcb.xcb_intern_atom_reply(connection, asked, None))
    asked = xcb.xcb_query_tree(connection, ctypes.c_uint32(window))
    tree = _taken(xcb.xcb_query_tree_reply(connection, asked, None))
    if atom is None or tree is None or tree.parent == tree.root:
        return
    parent, name_atom = ctypes.c_uint32(tree.parent), ctypes.c_uint32(atom.atom)
    time = ctypes.c_uint32(0)
    # Checked, which waits for the server: the window is mapped through another connection.
    change = xcb.xcb_change_property_checked(
        connection, _REPLACE, parent, name_atom, _CARDINAL, 32, 1, ctypes.byref(time)
    )
    error = xcb.xcb_request_check(connection, change)
    if error:
        _free(ctypes.c_void_p(error))


def _taken(reply: Any) -> Any:
    """A copy of what `reply` points to, which is freed; None for a null pointer."""
    if not reply:
        return None
    kind = type(reply.contents)
    copy = kind.from_buffer_copy(reply.contents)
    _free(reply)
    return copy


_free = ctypes.CDLL(None).free

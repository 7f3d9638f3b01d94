"""What GTK writes to the terminal, under a toolkit that is made with it and has no word for that."""

from __future__ import annotations

import ctypes
import sys

_WORSE = 1 << 2 | 1 << 3  # G_LOG_LEVEL_ERROR and _CRITICAL
_HANDLED = 1  # G_LOG_WRITER_HANDLED

_LIBRARY = "libglib-2.0.so.0"


def _write(level: int, fields: int, count: int, data: int | None) -> int:
    """GLib's GLogWriterFunc.  In any thread."""
    if level & _WORSE:
        glib = ctypes.CDLL(_LIBRARY)
        glib.g_log_writer_format_fields.restype = ctypes.c_void_p
        text = glib.g_log_writer_format_fields(level, ctypes.c_void_p(fields), ctypes.c_size_t(count), 0)
        print(ctypes.string_at(text).decode(errors="replace").strip(), file=sys.stderr)
        glib.g_free(ctypes.c_void_p(text))
    return _HANDLED


_writer = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)(_write)


def hush_gtk() -> None:
    """Have GTK's errors go where Python's do, above the prompt, and its warnings nowhere.

    They are about how wx uses GTK ("Negative content width -5", for many a window), or about desktop services that
    don't run; there is nothing that anybody here could do.  Once in a process: GLib allows no second time.
    (wx.App.GTKSuppressDiagnostics() reaches a part of them only.)
    """
    ctypes.CDLL(_LIBRARY).g_log_set_writer_func(_writer, None, None)

"""The locale of the user's code, which a toolkit's start does not change.

Qt and GTK call setlocale(LC_ALL, ""), for the whole process: from then on time.strftime() and locale.str() speak the
user's language, where plain Python does not.  So all is put back as it was, but for one thing: the GUI thread has its
own LC_MESSAGES, or the dialogs of GTK would be in English.
"""

from __future__ import annotations

import ctypes
import locale
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GLOBAL = ctypes.c_void_p(-1)


@contextmanager
def kept_locale() -> Iterator[None]:
    """Something that may change the locale is done meanwhile.  On the GUI thread."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)
        if sys.platform == "linux":
            _speak_users_language()


def _speak_users_language() -> None:
    """Give the calling thread the messages of the user's language, and all else as the process has it."""
    c = ctypes.CDLL(None)
    c.duplocale.restype = c.newlocale.restype = c.uselocale.restype = ctypes.c_void_p
    own = c.newlocale(1 << locale.LC_MESSAGES, b"", ctypes.c_void_p(c.duplocale(_GLOBAL)))
    if own:
        c.uselocale(ctypes.c_void_p(own))

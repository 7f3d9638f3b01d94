"""SystemExit in a toolkit's callback does not end the process.

`button.clicked.connect(sys.exit)`: what a slot raises, PyQt hands to PyErr_Print(), as PyGObject and wxPython do; and
that ends the process for SystemExit, with all of the session's data, and no way for Python code to be asked.  But for
one: `python -i` stays, after printing the exception, because it finds PyConfig.inspect set.  There is no API to set it
before CPython 3.14, so it is found by its neighbours, of which sys.flags has copies.  Where that finds no place, or
more than one, all stays as it is.
"""

from __future__ import annotations

import ctypes
import functools
import sys

_WORDS = 200
"""How many ints of PyConfig are searched; it has more, and `inspect` is among the first 60."""


def stay_after_system_exit(stay: bool) -> None:
    """Have PyErr_Print() treat SystemExit like other exceptions, or (at the end of the session) as ever.

    In the OS main thread.  At its own end, Python would read commands from the terminal if this were still set.
    """
    cell = _inspect()
    if cell is not None:
        cell.value = stay


@functools.cache  # once `inspect` is set, sys.flags does not have the same any more
def _inspect() -> ctypes.c_int | None:
    """PyConfig.inspect, if it was found."""
    try:
        get_config = ctypes.pythonapi._Py_GetConfig
    except AttributeError:
        return None
    get_config.restype = ctypes.c_void_p
    config = get_config()
    flags = sys.flags
    before = [flags.bytes_warning, flags.warn_default_encoding, flags.inspect, flags.interactive, flags.optimize]
    after = [flags.debug, int(not flags.dont_write_bytecode), flags.verbose, flags.quiet, int(not flags.no_user_site)]
    wanted = [*before, *after, 1]  # the last is configure_c_stdio, which the program `python` has set
    words = list((ctypes.c_int * _WORDS).from_address(config))
    places = [place for place in range(_WORDS - len(wanted)) if words[place : place + len(wanted)] == wanted]
    if len(places) != 1:
        return None
    return ctypes.c_int.from_address(config + ctypes.sizeof(ctypes.c_int) * (places[0] + 2))

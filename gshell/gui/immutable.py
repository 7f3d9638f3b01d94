"""Set a special method of a type that is written in C.

Python refuses that for a type with the flag Py_TPFLAGS_IMMUTABLETYPE, to protect those of its own that subinterpreters
share.  The metaclass of a toolkit's classes has it because it is static, and has no subinterpreters to share it with.
So the flag is taken away for the moment of the assignment, which puts the function into the type's slot as for any
other class.  The flags are found by their value at their place, which has not changed since CPython 3.0; where it is
not there, nothing is done.
"""

from __future__ import annotations

import ctypes
from typing import Any

_IMMUTABLE = 1 << 8
_FLAGS = 21 * ctypes.sizeof(ctypes.c_void_p)
"""Where PyTypeObject.tp_flags is."""


def set_special(cls: type, name: str, function: object) -> bool:
    """Set `cls.name`; whether that was possible.  At a moment when no other thread uses a class of this metaclass."""
    owner: Any = cls
    if not cls.__flags__ & _IMMUTABLE:
        setattr(owner, name, function)
        return True
    flags = ctypes.c_ulong.from_address(id(cls) + _FLAGS)
    if flags.value != cls.__flags__:
        return False
    flags.value &= ~_IMMUTABLE
    try:
        setattr(owner, name, function)
    except TypeError:
        return False
    finally:
        flags.value |= _IMMUTABLE
    return True

"""Memory that is kept for when there is no more, so that something can still be said and done about it.

Without it each step that handles a MemoryError raises the next one: the prompt is not drawn, the traceback not printed,
the threads not told to end; and CPython itself may end the process ("Cannot recover from stack overflow").  The reserve
is never written to, so it is a number in the process's size and no memory of the machine's.
"""

from __future__ import annotations

import errno
import mmap
import os
from contextlib import suppress

from gshell.threads.claim import Claim

SIZE = 8 << 20
ROOM = 16 << 20
"""What has to be free besides: a reserve that takes the last there is, helps nobody."""

_memory: Claim[mmap.mmap] = Claim()
_last_words: Claim[bytes] = Claim(b"gshell: the session ends: out of memory\n")


def keep() -> bool:
    """Keep the reserve if there is enough, and have it used if there is not; whether there is.

    In the console thread, now and then.
    """
    try:
        _new(ROOM).close()
        if _memory.look() is None:
            _memory.offer(_new(SIZE))
    except (OSError, MemoryError):
        release()
        return False
    return True


def is_wanted(error: object) -> bool:
    """Whether an exception says that there is no more memory."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, RuntimeError):
        return str(error) in ("can't allocate lock", "can't start new thread")
    return isinstance(error, (MemoryError, SystemError))  # the latter: CPython itself has lost the former


def _new(size: int) -> mmap.mmap:
    # Not a bytes object: to free a large one changes from which size on malloc() gives memory back to the system.
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def release() -> None:
    """There is no more memory: have the reserve used.  From any thread."""
    memory = _memory.take()
    if memory is not None:
        memory.close()


def say_end() -> None:
    """Say that the session ends for want of memory, once.  From any thread."""
    release()
    words = _last_words.take()
    if words is not None:
        with suppress(OSError):
            os.write(2, words)

"""Puts memory back into large pages, where writing beside a child has split them.  Linux 6.1 and later.

numpy asks for large pages (2 MB on most machines) for its arrays, with MADV_HUGEPAGE.  Where the parent writes to one
while a child still has it, the kernel splits it, copies 4 kB of it, and does not undo the split.  The next fork then
copies the page table entry by entry, in some 50 ms per gigabyte instead of two; and code that goes all over its arrays
stays slower, by a fifth or so, as more of its accesses miss the processor's table of pages.  The kernel's own thread
for that (khugepaged) looks at 16 MB in ten seconds.  MADV_COLLAPSE does it now: see madvise(2).

The code that uses the memory goes on meanwhile, and waits where it meets the page that is just being copied: a few
milliseconds.  (Holding the GIL, so that it does not meet any, made it stand still for longer, and cost it more.)
"""

from __future__ import annotations

import ctypes
import errno
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

COLLAPSE = 25
"""MADV_COLLAPSE, which Python's `mmap` does not name."""
LARGE = 2**21
"""Bytes of a large page; where it is larger, what is not aligned to that is left as it is."""
STEP = 2**26
"""Bytes of one call, after which it is asked whether to go on."""

_MAPPING = re.compile(
    rb"^([0-9a-f]+)-([0-9a-f]+) rw-p .*?^Rss: +(\d+) kB$.*?^AnonHugePages: +(\d+) kB$.*?^VmFlags:([ a-z0-9]*)$",
    re.MULTILINE | re.DOTALL,
)


def collapse(go_on: Callable[[], bool]) -> float:
    """Make large pages of the small ones wherever large ones were asked for; the seconds that it has cost the process.

    The kernel's calls count by the clock, as code that meets the page waits.  To look for the pages costs the time of a
    processor only: most of what the clock says of it are waits for the GIL, beside a loop in Python.

    From any thread.  It ends early if `go_on()` says no.  Does nothing where the kernel can't do it.
    """
    looked = time.thread_time()
    advise = ctypes.CDLL(None, use_errno=True).madvise
    advise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    split = [*_split()]
    cost = time.thread_time() - looked
    for start, end in split:
        for address in range(start, end, STEP):
            if not go_on():
                return cost
            begun = time.monotonic()
            failed = advise(address, min(STEP, end - address), COLLAPSE)
            cost += time.monotonic() - begun
            if failed and ctypes.get_errno() == errno.ENOMEM:
                break  # there are no large pages left, or the mapping is no longer there
    return cost


def _split() -> Iterator[tuple[int, int]]:
    """The addresses of mappings for which large pages were asked for, and which have small ones."""
    try:
        mappings = Path("/proc/self/smaps").read_bytes()
    except OSError:  # not Linux
        return
    for start, end, there, large, flags in _MAPPING.findall(mappings):
        if b"hg" in flags.split() and (int(there) - int(large)) * 1024 >= LARGE:
            yield -(-int(start, 16) // LARGE) * LARGE, int(end, 16) // LARGE * LARGE

"""Memory that is short: the kernel is about to end a process for want of it, this one most likely, or gives it no more.

Three limits are looked at, all of them Linux's: the machine's, those of the cgroup (a container, a job of a batch
system) and of the ones around it, and that of the address space (`ulimit -v`).  On other systems nothing is known.

Swap does not count.  Where it is needed everything is slow, which is worth a warning too, and where it is compressed
memory it has less room than it says.
"""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gshell.units import in_units

SHARE = 0.05
"""What is little, as a share of the limit: half a gigabyte on a laptop, time to stop what fills it slowly."""
MUCH = 1_000_000_000
"""Bytes that are not little, whatever the limit.  A loop that fills memory does so at one to two GB a second, and the
console looks twice a second: with less it would seldom come in time, with more it warns where there is no need."""
FRESH = 1.0
"""Seconds for which the toolbar, which is made at each key, believes what was read."""

Limit = tuple[int, int]
"""The bytes that are left, and all that there are."""

_VERSION_1 = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_(?:in)?active_file"
_VERSION_2 = "memory.max", "memory.current", "(?:in)?active_file"
"""The files with the limit of a cgroup and what of it is used; the lines in memory.stat about what is kept of files."""


def shortage(root: str = "/") -> int | None:
    """The bytes that are left, if those are few; None if they are not, or nothing is known.

    From any thread.  Takes a fraction of a millisecond.  `root` is the directory that has proc and sys.
    """
    try:
        return min((max(0, left) for left, total in _limits(root) if left < _little(total)), default=None)
    except MemoryError:
        return 0


def _little(total: int) -> float:
    return min(SHARE * total, MUCH)


def _limits(root: str) -> Iterator[Limit]:
    yield from _of_machine(root)
    yield from _of_cgroups(root)
    yield from _of_address_space(root)


def _of_machine(root: str) -> Iterator[Limit]:
    found = dict(re.findall(r"^(MemTotal|MemAvailable): +(\d+) kB$", _read(f"{root}/proc/meminfo"), re.MULTILINE))
    if len(found) == 2:
        yield int(found["MemAvailable"]) * 1024, int(found["MemTotal"]) * 1024


def _of_cgroups(root: str) -> Iterator[Limit]:
    for line in _read(f"{root}/proc/self/cgroup").splitlines():
        controllers, _, path = line.partition(":")[2].partition(":")
        if controllers == "":
            mounted, names = f"{root}/sys/fs/cgroup", _VERSION_2
        elif "memory" in controllers.split(","):
            mounted, names = f"{root}/sys/fs/cgroup/memory", _VERSION_1
        else:
            continue
        # A container may see its own cgroup as the root, and yet have the path that it has outside: so of the
        # directories some need not be there.
        parts = [part for part in path.split("/") if part]
        for count in range(len(parts), -1, -1):
            yield from _of_cgroup("/".join([mounted, *parts[:count]]), *names)


def _of_cgroup(directory: str, limit_name: str, used_name: str, of_files: str) -> Iterator[Limit]:
    limit = _read(f"{directory}/{limit_name}").strip()
    if not limit.isdecimal():  # "max", or there is none
        return
    used = _read(f"{directory}/{used_name}").strip()
    if not used.isdecimal():
        return
    total, left = int(limit), int(limit) - int(used)
    if left < _little(total):  # else not worth the time: the kernel sums this up when it is read
        # What is kept of files is dropped before anybody is ended; MemAvailable has it as free, too.
        kept = re.findall(rf"^{of_files} (\d+)$", _read(f"{directory}/memory.stat"), re.MULTILINE)
        left += sum(map(int, kept))
    yield left, total


def _of_address_space(root: str) -> Iterator[Limit]:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    pages = _read(f"{root}/proc/self/statm").partition(" ")[0] if limit != resource.RLIM_INFINITY else ""
    if pages:
        yield limit - int(pages) * os.sysconf("SC_PAGE_SIZE"), limit


def _read(path: str) -> str:
    """The text of a file; empty if there is none."""
    # First, for no exception is raised then: where memory is short, CPython 3.11 may end the process for one.
    if not os.access(path, os.R_OK):
        return ""
    try:
        return Path(path).read_bytes().decode(errors="replace")  # the user's code may have replaced open()
    except OSError:
        return ""


class MemoryNote:
    """What the toolbar says of the memory.  In the console thread."""

    def __init__(self, look: Callable[[], int | None] = shortage, clock: Callable[[], float] = time.monotonic) -> None:
        """`look()` says what is left, if that is little; `clock()` the time, in seconds."""
        self._look = look
        self._clock = clock
        self._text = ""
        self._until = float("-inf")

    def look_again(self) -> None:
        """A command has ended: what was read before it says nothing any more."""
        self._until = float("-inf")

    def text(self) -> str:
        """A few words if memory is short, else nothing."""
        now = self._clock()
        if now >= self._until:
            left = self._look()
            self._text = "" if left is None else f"memory: {in_units(left)} left"
            self._until = now + FRESH
        return self._text

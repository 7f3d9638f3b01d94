"""Whether another thread waits for a lock, perhaps for one that will not be given back before we go on.

Blocked means: asleep in the kernel for a while, with not one voluntary context switch, in the system call that waits
for locks.

- The state "S" alone is not enough: a thread that waits for the GIL is asleep too, in the same system call, but wakes
  every 5 ms to ask again.
- The sleep alone is not enough either: a callback that calls `time.sleep`, reads from a serial port or waits for a
  child (LaTeX) sleeps long as well, and then goes on by itself.  It counts as blocked only after a much longer while,
  for the few other things that one thread may want from the other: a lock on a file, an answer from a server.

Which system call waits for locks is not looked up in a table of architectures and C libraries, but in a thread of our
own that waits for one.  All this is in /proc; where that is not there, or does not say so much, time has to do.
"""

from __future__ import annotations

import _thread
import functools
import threading
import time

LOOK = 0.02
"""Seconds between two looks."""
_LOOKS = 5
"""Looks after the first that have to find the thread asleep, in the same sleep, if it waits for a lock."""
_LOOKS_ELSE = 500
"""The same if it waits for something else."""
_BLIND = 1.0
"""Seconds after which a thread counts as blocked where the system does not tell: long enough for nearly every draw."""
_MEASURE = 0.5
"""Seconds that a thread of our own has to fall asleep."""


class BlockedWatch:
    """Watches one thread of this process by its native id.  From any other thread, one at a time."""

    def __init__(self, tid: int) -> None:
        self._tid = tid
        self._start = time.monotonic()
        self._sleep: int | None = None
        self._times = 0

    def look(self) -> bool:
        """Whether the thread is blocked.  To be asked every LOOK seconds."""
        try:
            sleep = _sleep(self._tid)
        except OSError:
            return time.monotonic() - self._start > _BLIND
        if sleep is None or sleep != self._sleep:
            self._sleep, self._times = sleep, 0
            return False
        self._times += 1
        return self._times >= _LOOKS and (self._times >= _LOOKS_ELSE or _waits_for_lock(self._tid))


def _sleep(tid: int) -> int | None:
    """How often the thread has gone to sleep, if it sleeps now.  Raises OSError where the system does not tell."""
    with open(f"/proc/self/task/{tid}/status") as status:
        fields = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    return int(fields["voluntary_ctxt_switches"]) if fields["State"].startswith("S") else None


def _waits_for_lock(tid: int) -> bool:
    """Whether a thread that sleeps does so in the system call that waits for locks; True if that is not known."""
    waits = lock_wait()
    return not waits or _system_call(tid) in (waits, "")


def _system_call(tid: int) -> str:
    """The number of the system call that the thread is in, or "running"; empty where the system does not tell."""
    try:
        with open(f"/proc/self/task/{tid}/syscall") as call:
            return call.read().partition(" ")[0].strip()
    except OSError:  # not allowed, or not there (gVisor)
        return ""


@functools.cache
def lock_wait() -> str:
    """The number of the system call in which a thread waits for a lock; empty if it can't be found out."""
    lock, tids = _thread.allocate_lock(), list[int]()
    lock.acquire()

    def wait() -> None:
        tids.append(threading.get_native_id())
        lock.acquire()

    try:
        _thread.start_new_thread(wait, ())
    except RuntimeError:  # there are too many threads
        return ""
    try:
        end = time.monotonic() + _MEASURE
        found: list[str] = []
        while time.monotonic() < end and len(found) < 3:
            time.sleep(0.001)
            call = _system_call(tids[0]) if tids else ""
            found = [*found, call] if call.isdigit() and call in (*found, call)[:1] else []
        return found[0] if found else ""
    finally:
        lock.release()

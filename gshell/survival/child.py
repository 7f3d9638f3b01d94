"""A snapshot is taken by a forked child: a copy of the process, in which time stands still.

The parent goes on after the fork, which takes the time of copying the page tables (some 2 ms for 2 GB in large pages,
70 ms in small ones), and each page is copied when it is next written to.  Redis saves its data so.  What is hazardous
in fork() beside threads, and what is done about it here:

- Libraries have functions called before a fork; one of them waits for ever.  They are not called: see _fork().
- The child has one thread, and locks that others held are held for ever.  It pickles, writes files and leaves by
  `_exit`: no event loop, no exit functions, no destructors of Qt's.  It imports nothing new that it can help: what it
  needs is imported before.  Python's and libc's own locks are put right by fork() itself.  A lock of the user's that a
  `__getstate__` takes may be held: the parent waits for a while, kills the child, and leaves out what it was at.
- The user's code may end the child, or crash it.  It has said before each value which one that is.
- It closes the parent's files.  The lock of the session it keeps: nobody reads what is half written, even if the parent
  has died meanwhile.
- Signals are for the parent: Ctrl-C, a terminal that is closed, a polite end of the process group.
- If memory is short, the kernel takes the child first (Linux).
"""

from __future__ import annotations

import ctypes
import faulthandler
import functools
import gc
import json
import operator
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from gshell.survival.writing import Culprit, Key, NoRoom

SILENCE = 600
"""Seconds after which a child ends that has not come to its next value, or file: its parent may be gone."""
TALK = 2**16
"""Bytes that are read of what a child says at once."""


@dataclass(frozen=True)
class Report:
    """What became of a snapshot."""

    written: bool = False
    number: int = 0
    values: int = 0
    size: int = 0
    """Bytes of the values."""
    seconds: float = 0.0
    """CPU time that the child has taken: what it has cost others."""
    left_out: list[tuple[Key, str]] = field(default_factory=list)
    """What could not be kept, with reasons."""
    problem: str = ""
    """Why there is no snapshot; empty if there is one."""
    left: bool = False
    """Whether the child still writes, and nobody waits for it."""
    culprit: Culprit | None = None
    """Which value the child was at when it died or hung."""


# None: another libc, or one of before 2021.
_fork_only = getattr(ctypes.PyDLL(None, use_errno=True), "_Fork", None)
for _name in ("PyOS_BeforeFork", "PyOS_AfterFork_Child", "PyOS_AfterFork_Parent"):
    getattr(ctypes.pythonapi, _name).restype = None


class Child:
    """A child that takes a snapshot, as its parent sees it.  Used by one thread at a time."""

    def __init__(self, pid: int, pipe: int) -> None:
        self._pid = pid
        self._pipe = pipe
        self._said = b""

    def wait(self, seconds: float) -> Report | None:
        """Wait for its end, so long at most; None: it is still at it."""
        end = time.monotonic() + seconds
        while select.select([self._pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            said = os.read(self._pipe, TALK)
            if not said:
                return self._ended()
            # Only the last lines count; the report is one of them, and may be long.
            self._said = said if said.startswith(b'{"at"') and self._said.endswith(b"\n") else self._said + said
        return None

    def leave(self) -> Report:
        """Wait for it no more: it goes on by itself."""
        return Report(problem="it is still being written", left=True)

    def kill(self, reason: str) -> Report:
        """End it."""
        os.kill(self._pid, signal.SIGKILL)
        report = self._ended()
        # It may just have come to its end; and if not, it is no fault of the value that it was at.
        return replace(report, problem=reason, culprit=None) if report.problem else report

    def _ended(self) -> Report:
        os.close(self._pipe)
        try:
            status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        except ChildProcessError:  # the user's code has waited for all children
            status = 0
        lines = [json.loads(line) for line in self._said.splitlines(keepends=True) if line.endswith(b"\n")]
        last = lines[-1] if lines else {}
        if "report" in last:
            found = last["report"]
            found["left_out"] = [((space, name), reason) for (space, name), reason in found["left_out"]]
            return Report(**found)
        at = [line["at"] for line in lines if "at" in line]
        return Report(
            problem=_death(-status) if status < 0 else f"it has ended, status {status}",
            culprit=(at[-1][0], at[-1][1], at[-1][2]) if at and at[-1] else None,
        )


def _death(signum: int) -> str:
    return f"no end within {SILENCE} s" if signum == signal.SIGALRM else signal.Signals(signum).name


def begin(work: Callable[[Callable[[Culprit | None], None]], Report], keep: int) -> Child:
    """Fork a child that calls `work(tell)`.  In the thread that holds the GIL when the values are as they should be.

    `keep` is the one descriptor that the child keeps open.  Raises OSError: there is no memory for it, or there are too
    many processes.
    """
    receiver, sender = os.pipe()
    # A signal in the child's first moment would be written to the parent's wakeup fd.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = _fork()
        if pid == 0:
            _run(work, sender, keep)
    except OSError:
        os.close(receiver)
        os.close(sender)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    os.close(sender)
    return Child(pid, receiver)


def _fork() -> int:
    """fork(), but without what libraries have registered for it (pthread_atfork); the child's process id, or 0 in it.

    OpenBLAS's function ends its threads, and waits for that.  While the worker multiplies matrices it waits for ever,
    with the GIL: there would be no session any more.  glibc's _Fork() calls no such functions.  It does not take
    malloc's locks either; but this thread has the GIL, so no other one is in a malloc() of Python's.  (If one of a
    library's has the lock of this thread's memory at that very moment, the child hangs, and is ended.)

    What os.fork() calls before and after, which takes Python's own locks, is called here.  No bytecode may come in
    between: another thread would get the GIL, and want such a lock.  So all of it is one instruction that iterates in
    C.  In the parent filter() stops at the process id.  In the child the empty list's pop() raises IndexError, or
    PyOS_AfterFork_Parent() would be called there, too.
    """
    if _fork_only is None:
        return os.fork()
    python = ctypes.pythonapi
    nothing: list[int] = []
    inner: list[Callable[[], Any]] = [python.PyOS_BeforeFork, _fork_only, python.PyOS_AfterFork_Child, nothing.pop]
    outer: list[Callable[[], Any]] = [
        functools.partial(next, filter(None, map(operator.call, inner))),
        python.PyOS_AfterFork_Parent,
    ]
    try:
        pid, _ = map(operator.call, outer)
    except IndexError:
        return 0
    if pid < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(pid)


def _run(work: Callable[[Callable[[Culprit | None], None]], Report], pipe: int, keep: int) -> NoReturn:
    status = 1
    try:
        _become_quiet({pipe, keep} - {-1})
        say = _Saying(pipe)
        try:
            report = work(say.at)
        except NoRoom as error:
            report = Report(problem=error.args[0])
        except OSError as error:
            report = Report(problem=error.strerror or str(error))
        say.report(replace(report, seconds=time.process_time()))
        status = 0
    finally:
        os._exit(status)


class _Saying:
    """What the child says to its parent: lines of JSON."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def at(self, value: Culprit | None) -> None:
        """It comes to this value, or to something else."""
        signal.alarm(SILENCE)
        self._write({"at": value})

    def report(self, report: Report) -> None:
        """It has come to an end."""
        self._write({"report": asdict(report)})

    def _write(self, what: dict[str, Any]) -> None:
        data = f"{json.dumps(what)}\n".encode()
        while data:
            try:
                data = data[os.write(self._pipe, data) :]
            except BrokenPipeError:  # the parent has died, and the snapshot is all the more wanted
                return


def hide_main() -> None:
    """In the child: have pickles find nothing in `__main__` by its name, as it is not there in another process."""
    sys.modules["__main__"] = sys.modules["__mp_main__"] = ModuleType("__main__")


def _become_quiet(keep: set[int]) -> None:
    """In the child: be in nobody's way."""
    gc.disable()
    gc.freeze()
    faulthandler.disable()
    sys.settrace(None)
    sys.setprofile(None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.set_wakeup_fd(-1)
    for signum in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        quiet = signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE, signal.SIGTSTP)
        signal.signal(signum, signal.SIG_IGN if quiet else signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    # Whoever waits for the end of what the shell has open, a terminal say, does not wait for the child.
    last = 2
    for fd in [*sorted(keep), 2**16]:
        os.closerange(last + 1, fd)
        last = fd
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:  # not Linux
        pass
    os.nice(5)

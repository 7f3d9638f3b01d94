"""Run a command of the operating system on this terminal, and have Ctrl-C be the command's."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO, Any

from gshell.threads.protection import interruptible, protect, protected

IMPATIENCE = 2.0
"""Seconds within which Ctrl-C is pressed again by someone who wants a command to end that does not; and within which
one that cleans up, or says what it has done so far, ends after Ctrl-C."""
OWN_SIGINT = 0.05
"""Seconds in which a SIGINT that has ended a child reaches this process too."""
_BY_SIGINT = (-signal.SIGINT, 128 + signal.SIGINT)


@protected
def run_and_wait(
    command: Any,
    shell: str | None = None,
    *,
    stdin: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
) -> tuple[int, bool]:
    """Run a command in a shell (a list: without one) and wait for its end; return its exit status, negative for a
    signal, and whether Ctrl-C has ended it.

    In the worker.  Ctrl-C is the command's; several within two seconds kill it.  Whoever calls this raises
    ChildInterrupted if Ctrl-C has ended it, or a loop around it could not be stopped.
    """
    in_shell = not isinstance(command, list)
    child: subprocess.Popen[bytes] | None = None
    presses: list[float] = []
    while True:
        try:
            if child is None:
                with protect():  # it runs, and gets Ctrl-C, some time before Popen() returns
                    child = subprocess.Popen(command, shell=in_shell, executable=shell, stdin=stdin, env=env)
            _wait_for_end(child.pid)
        except KeyboardInterrupt:
            if child is None:
                raise
            now = time.monotonic()
            presses = [*(at for at in presses if now - at < IMPATIENCE), now]
            processes = dict(_with_descendants(child.pid))
            if len(presses) >= (3 if any(processes.values()) else 2):
                os.kill(child.pid, signal.SIGKILL)  # not child.kill(), which may take note of its end
            else:
                # Most have got it from the terminal, and are dead.  Not so, if it came before they began, or if it is
                # from `kill -INT`.  One with a handler might take a second one for another press.
                for pid, handles in processes.items():
                    with suppress(ProcessLookupError, PermissionError):
                        if not handles and os.getpgid(pid) == os.getpgrp():
                            os.kill(pid, signal.SIGINT)
        else:
            break
    status = child.wait()
    if not presses and status in _BY_SIGINT and _is_pressed():
        presses = [time.monotonic()]
    # By its status alone one could not tell: ping says what it has counted, and that all is well.
    ended = status in (*_BY_SIGINT, -signal.SIGKILL) or (bool(presses) and time.monotonic() - presses[-1] < IMPATIENCE)
    return status, bool(presses) and ended


def _is_pressed() -> bool:
    """Whether Ctrl-C, which has ended a child, reaches this process too, by a thread that has yet to wake up."""
    try:
        _wait_a_moment()
    except KeyboardInterrupt:
        return True
    return False


@interruptible
def _wait_a_moment() -> None:
    time.sleep(OWN_SIGINT)


@interruptible
def _wait_for_end(pid: int) -> None:
    # Not Popen.wait(): after a KeyboardInterrupt that waits another 0.25 s, and swallows a second one.
    with suppress(ChildProcessError):  # the user's code ignores SIGCHLD, or waits for every child
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _with_descendants(pid: int) -> Iterator[tuple[int, bool]]:
    """A process and those that it has started, and whether each has a handler for SIGINT.  (None without /proc.)"""
    try:
        with open(f"/proc/{pid}/status") as status:
            caught = next(int(line.split()[1], 16) for line in status if line.startswith("SigCgt:"))
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = file.read().split()
    except (OSError, StopIteration):
        return
    yield pid, bool(caught >> (signal.SIGINT - 1) & 1)
    for child in children:
        yield from _with_descendants(int(child))

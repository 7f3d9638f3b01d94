"""Commands of the operating system: `!command`."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from gshell.shell.magics.registry import Given, magic
from gshell.threads.protection import interruptible, protect, protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

IMPATIENCE = 2.0
"""Seconds within which Ctrl-C is pressed again by someone who wants a command to end that does not."""


@magic("!", "command", command=True)
def system(shell: Shell, given: Given) -> None:
    """Run a command in the system's shell, on this terminal.  Its exit status is in _exit_code.

    Ctrl-C goes to the command.  If that ignores it, a second one within two seconds kills it; a third does, if it has
    its own idea of Ctrl-C (an editor, another Python).
    """
    shell.namespace["_exit_code"], _ = run_and_wait(given.rest, os.environ.get("SHELL") or None)


@protected
def run_and_wait(
    command: Any,
    shell: str | None = None,
    *,
    stdin: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
) -> tuple[int, bool]:
    """Run a command in a shell (a list: without one) and wait for its end; return its exit status, negative for a
    signal, and whether Ctrl-C was pressed meanwhile.

    In the worker.  Ctrl-C is the command's; several within two seconds kill it.
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
    return child.wait(), bool(presses)


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

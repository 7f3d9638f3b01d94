"""Disks that fail: each call that writes can raise, or be the last one of the process."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

CALLS = ("open", "write", "fsync", "rename", "unlink", "ftruncate", "mkdir", "rmdir")


class Faults:
    """Counts the calls that write, from now on; the n-th one does half of its work, if it is a write, or nothing."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, fault: Callable[[], NoReturn]) -> None:
        """`fault()` is called in the `at`-th one, the first being 1."""
        self.calls: list[str] = []
        self._at = at
        self._fault = fault
        for name in CALLS:
            patch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    @property
    def reached(self) -> bool:
        """Whether there have been so many calls."""
        return len(self.calls) >= self._at

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            if name == "open" and not args[1] & os.O_CREAT:
                return call(*args, **options)
            self.calls.append(name)
            if len(self.calls) == self._at:
                if name == "write":
                    call(args[0], args[1][: len(args[1]) // 2])
                self._fault()
            return call(*args, **options)

        return wrapped


def fails(number: int) -> Callable[[], NoReturn]:
    """Have a call fail, with this error."""

    def fault() -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fault


def ends() -> NoReturn:
    """Have the process end, as by kill -9."""
    os._exit(9)


def in_child(work: Callable[[], object]) -> int:
    """Call it in a forked child; return its exit status: 0, or 1 if it has raised."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

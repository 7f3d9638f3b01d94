"""The terminal's modes, and who has it.

At the prompt prompt_toolkit has the terminal, in raw mode.  While a command runs it is in *busy* mode: no echo, so
that keys typed ahead don't end up in the output, no line buffering, and Ctrl-C becomes a signal in the kernel, which
reaches foreground children too and arrives even if C code holds the GIL.  User code that wants the terminal itself
(`input()`, `sys.stdin`, a child process) gets it *cooked*, as it was when the shell started.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from gshell.imports import when_imported
from gshell.shell.system import run_and_wait

_LFLAG, _CC = 3, 6


class Terminal:
    """The modes of the terminal on a file descriptor."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._cooked = termios.tcgetattr(fd)
        self._busy = termios.tcgetattr(fd)
        self._busy[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
        # NOFLSH: or the kernel drops the output that is still on its way when it makes a signal of Ctrl-C.
        self._busy[_LFLAG] |= termios.ISIG | termios.NOFLSH
        self._busy[_CC][termios.VMIN] = 1
        self._busy[_CC][termios.VTIME] = 0
        self.echoes = True
        """Whether what is typed now appears on the screen."""

    def take(self) -> None:
        """Put the terminal into busy mode.  From any thread."""
        self.echoes = False
        self._set(self._busy)

    def hand_over(self) -> None:
        """Put the terminal into its ordinary mode, for someone else or at the end.  From any thread."""
        self.echoes = True
        self._set(self._cooked)

    def again(self) -> None:
        """Set the mode that it should have: the process was stopped, and goes on."""
        self._set(self._cooked if self.echoes else self._busy)

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """The terminal is in its ordinary mode meanwhile."""
        self.hand_over()
        try:
            yield
        finally:
            self.take()

    def _set(self, attributes: list[Any]) -> None:
        try:
            termios.tcsetattr(self._fd, termios.TCSADRAIN, attributes)
        except termios.error:
            pass  # the terminal is gone (SIGHUP): there is nobody to be disturbed

    def hand_over_on_demand(self, prompting: Callable[[], bool]) -> None:
        """Have user code that wants the terminal find it in its ordinary mode.

        While the prompt is shown (`prompting()`), a thread or a callback of the user's does not get it.

        Patched are the few places where Python code starts a child or reads the terminal.  (An audit hook would
        see them all too, but CPython then calls it for every `id()` and `sys._getframe()`, at 150 ns each.)
        A child keeps the terminal until the command ends.
        """

        def before_reading(owner: Any, name: str) -> None:
            stock: Callable[..., Any] = getattr(owner, name)

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                if prompting():
                    raise RuntimeError(f"{name}() in a thread or callback: the prompt has the terminal")
                with self.handed_over():
                    return stock(*args, **kwargs)

            setattr(owner, name, _like(wrapper, stock))

        def before_child(owner: Any, name: str) -> None:
            stock: Callable[..., Any] = getattr(owner, name)

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                if not prompting():
                    self.hand_over()
                return stock(*args, **kwargs)

            setattr(owner, name, _like(wrapper, stock))

        def on_getpass(module: ModuleType) -> None:
            before_reading(module, "getpass")

        before_reading(builtins, "input")
        before_child(subprocess.Popen, "__init__")
        for name in ("posix_spawn", "posix_spawnp", "forkpty"):
            if hasattr(os, name):
                before_child(os, name)
        os.system = _like(_system, os.system)
        when_imported("getpass", on_getpass)


def _system(command: Any) -> int:
    """os.system: run a command in a subshell and return its wait status; KeyboardInterrupt if Ctrl-C ended it.

    C's system() ignores SIGINT in this process meanwhile, and drops one that comes before its child has begun.
    """
    sys.audit("os.system", command)
    status, pressed = run_and_wait(command)
    if pressed and status in (-signal.SIGINT, -signal.SIGKILL, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    return -status if status < 0 else status << 8


def _like(wrapper: Callable[..., Any], stock: Callable[..., Any]) -> Callable[..., Any]:
    wrapper.__name__ = stock.__name__
    wrapper.__qualname__ = stock.__qualname__
    wrapper.__doc__ = stock.__doc__
    wrapper.__wrapped__ = stock  # type: ignore[attr-defined]
    return wrapper


class TerminalInput(io.FileIO):
    """What is under sys.stdin: a read from the terminal hands it over meanwhile."""

    def __init__(self, fd: int, terminal: Terminal) -> None:
        super().__init__(fd, "r", closefd=False)
        self._terminal = terminal

    def readinto(self, buffer: Any) -> int | None:
        with self._terminal.handed_over():
            return super().readinto(buffer)

    def readall(self) -> bytes:
        with self._terminal.handed_over():
            return super().readall()

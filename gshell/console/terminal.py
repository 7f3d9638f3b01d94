"""The terminal's modes, and who has it.

At the prompt prompt_toolkit has the terminal, in raw mode.  While a command runs it is in *busy* mode: no echo, so
that keys typed ahead don't end up in the output, no line buffering, and Ctrl-C becomes a signal in the kernel, which
reaches foreground children too and arrives even if C code holds the GIL.  User code that wants the terminal itself
(`input()`, `sys.stdin`, a child process) gets it *cooked*, as it was when the shell started.

In busy mode the console reads the keys, for the one that asks for the status.  What else is typed is kept: for
`input()` or `sys.stdin` if the command asks for it, else for the next prompt.
"""

from __future__ import annotations

import builtins
import io
import os
import select
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from gshell.imports import when_imported
from gshell.shell.child_process import run_and_wait
from gshell.threads.protection import protected
from gshell.threads.wakeup import SLICE

STATUS_KEY = b"\x14"  # Ctrl-T
_LFLAG, _CC = 3, 6


class Terminal:
    """The modes of the terminal on a file descriptor."""

    def __init__(self, fd: int, ring: Callable[[], None], *, breaks_reads: bool) -> None:
        """`ring()` is called when the terminal was put into busy mode; in any thread.

        `breaks_reads`: Ctrl-C breaks a read that waits.  (Without the main-thread role it does not.)
        """
        self._ring = ring
        self.fd = fd
        """The terminal's file descriptor."""
        self._cooked = termios.tcgetattr(fd)
        self._busy = termios.tcgetattr(fd)
        self._busy[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
        # NOFLSH: or the kernel drops the output that is still on its way when it makes a signal of Ctrl-C.
        self._busy[_LFLAG] |= termios.ISIG | termios.NOFLSH
        self._busy[_CC][termios.VMIN] = 1
        # Means nothing beside VMIN=1.  It tells this mode from one that the user's code has set (tty.setcbreak).
        self._busy[_CC][termios.VTIME] = 1
        self.echoes = True
        """Whether what is typed now appears on the screen, because someone else has the terminal."""
        self.ahead = b""
        """What was typed while nobody asked for it."""
        self.lent = False
        """Whether a child of the command's has the terminal."""
        self.breaks_reads = breaks_reads
        """Whether Ctrl-C breaks a read that waits."""
        self._reading = threading.Lock()
        self._forked = False

    @protected
    def take(self) -> None:
        """Put the terminal into busy mode.  From any thread."""
        if self._forked:
            return
        self.echoes = self.lent = False
        self._set(self._busy)
        self._ring()

    def take_back(self) -> None:
        """Put the terminal into busy mode if it was lent to a child and there is none any more.  In any thread."""
        if self.lent:
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                self.take()

    @protected
    def hand_over(self) -> None:
        """Put the terminal into its ordinary mode, for someone else or at the end.  From any thread."""
        if self._forked:
            return
        with self._reading:
            self.echoes = True
            self.lent = False
        self._set(self._cooked)

    def after_fork(self) -> None:
        """In a forked child: the terminal is the parent's, with whatever mode it has."""
        self._forked = True
        self._reading = threading.Lock()

    def read_ahead(self) -> bool:
        """Keep what was typed, if something was, and nobody else has the terminal.  In the console thread.

        True if the status key was among it.
        """
        with self._reading:
            try:
                # In the background a read would stop the process.
                if self.echoes or os.tcgetpgrp(self.fd) != os.getpgrp() or not self._in_busy_mode():
                    return False
                typed = os.read(self.fd, 4096) if select.select([self.fd], [], [], 0)[0] else b""
            except OSError:
                return False  # the terminal is gone
            self.ahead += typed.replace(STATUS_KEY, b"")
            return STATUS_KEY in typed

    def keep(self, typed: bytes) -> None:
        """Keep what was typed before the terminal was in busy mode.  In the console thread."""
        with self._reading:
            self.ahead += typed

    def _in_busy_mode(self) -> bool:
        """Whether the mode is ours, and not one that the user's code has set."""
        try:
            now = termios.tcgetattr(self.fd)
        except termios.error:
            return False
        vtime = termios.VTIME
        return bool(now[_LFLAG] == self._busy[_LFLAG] and now[_CC][vtime] == self._busy[_CC][vtime])

    def wait_for_line(self) -> None:
        """Wait until a read does not block, if Ctrl-C would not break it.  In the worker, which has the terminal."""
        while not self.breaks_reads and not select.select([self.fd], [], [], SLICE)[0]:
            pass

    def take_line(self, limit: int | None = None) -> bytes | None:
        """Take the first line of what was typed ahead, or None if there is no whole line.  In the worker."""
        end = self.ahead.find(b"\n") + 1  # the console only adds to it
        return self.take_ahead(end if limit is None else min(end, limit)) if end else None

    @protected
    def take_ahead(self, limit: int | None = None) -> bytes:
        """Take what was typed ahead, `limit` bytes of it.  From any thread."""
        with self._reading:
            taken = self.ahead[:limit]
            self.ahead = self.ahead[len(taken) :]
        return taken

    def again(self) -> None:
        """Set the mode that it should have: the process was stopped, and goes on."""
        self._set(self._cooked if self.echoes else self._busy)

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """The terminal is in its ordinary mode meanwhile, or in the one that the user's code has set."""
        if not self._in_busy_mode():
            lent, self.lent = self.lent, False  # it is not taken back during the read
            try:
                yield
            finally:
                self.lent = lent
            return
        self.hand_over()
        try:
            yield
        finally:
            self.take()

    def _set(self, attributes: list[Any]) -> None:
        try:
            termios.tcsetattr(self.fd, termios.TCSADRAIN, attributes)
        except termios.error:
            pass  # the terminal is gone (SIGHUP): there is nobody to be disturbed

    def hand_over_on_demand(self, prompting: Callable[[], bool]) -> Callable[[], None]:
        """Have user code that wants the terminal find it in its ordinary mode; return a function that undoes that.

        While the prompt is shown (`prompting()`), a thread or a callback of the user's does not get it.

        Patched are the few places where Python code starts a child or reads the terminal.  (An audit hook would
        see them all too, but CPython then calls it for every `id()` and `sys._getframe()`, at 150 ns each.)
        A child keeps the terminal until there is no child any more, or the command ends.
        """

        undo = ExitStack()
        undone: list[None] = []
        undo.callback(undone.append, None)

        def replace(owner: Any, name: str, wrapper: Callable[..., Any]) -> None:
            stock: Callable[..., Any] = getattr(owner, name)
            setattr(owner, name, _like(wrapper, stock))
            undo.callback(setattr, owner, name, stock)

        def before_reading(owner: Any, name: str) -> None:
            stock: Callable[..., Any] = getattr(owner, name)

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                if prompting():
                    raise RuntimeError(f"{name}() in a thread or callback: the prompt has the terminal")
                with self.handed_over():
                    return stock(*args, **kwargs)

            replace(owner, name, wrapper)

        def read_line(prompt: object = "", /) -> str:
            line = self.take_line()
            if line is not None:
                text = line.decode(errors="surrogateescape")
                print(prompt, text, sep="", end="", flush=True)
                return text[:-1]
            begun = self.take_ahead().decode(errors="surrogateescape")
            prompt = f"{prompt}{begun}"
            if not self.breaks_reads:
                print(prompt, end="", flush=True)
                prompt = ""
                self.wait_for_line()
            result: str = stock_input(prompt)
            return begun + result

        def before_child(owner: Any, name: str) -> None:
            stock: Callable[..., Any] = getattr(owner, name)

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                lend = not prompting() and not self.echoes and self._in_busy_mode()
                if lend:
                    self.hand_over()
                result = stock(*args, **kwargs)
                self.lent = lend or self.lent  # not before: there must be a child to wait for
                return result

            replace(owner, name, wrapper)

        def on_getpass(module: ModuleType) -> None:
            if not undone:
                before_reading(module, "getpass")

        stock_input = builtins.input
        replace(builtins, "input", read_line)
        before_reading(builtins, "input")
        before_child(subprocess.Popen, "__init__")
        for name in ("posix_spawn", "posix_spawnp", "forkpty"):
            if hasattr(os, name):
                before_child(os, name)
        replace(os, "system", _system)
        when_imported("getpass", on_getpass)
        return undo.close


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
        view = memoryview(buffer)
        with self._terminal.handed_over():
            line = self._terminal.take_line(len(view))
            if line is not None:
                view[: len(line)] = line
                return len(line)
            begun = self._terminal.take_ahead(len(view) - 1)
            view[: len(begun)] = begun
            self._terminal.wait_for_line()
            size = super().readinto(view[len(begun) :])
        return None if size is None else len(begun) + size

    def readall(self) -> bytes:
        with self._terminal.handed_over():
            return self._terminal.take_ahead() + super().readall()

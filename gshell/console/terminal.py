"""The terminal's modes, and who has it.

At the prompt prompt_toolkit has the terminal, in raw mode.  While a command runs it is in *busy* mode: no echo, so
that keys typed ahead don't end up in the output, no line buffering, and Ctrl-C becomes a signal in the kernel, which
reaches foreground children too and arrives even if C code holds the GIL.  User code that wants the terminal itself
(`input()`, `sys.stdin`, a child process) gets it *cooked*, as it was when the shell started.

In busy mode the console reads the keys, for the one that asks for the status.  What else is typed is kept: for
`input()` or `sys.stdin` if the command asks for it, else for the next prompt.
"""

from __future__ import annotations

import fcntl
import io
import os
import select
import termios
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gshell.console.typed import END_OF_FILE
from gshell.threads.door import Door
from gshell.threads.protection import protected
from gshell.threads.wakeup import SLICE

_LFLAG, _CC = 3, 6


class Terminal:
    """The modes of the terminal on a file descriptor."""

    def __init__(
        self, fd: int, ring: Callable[[], None], before_handing_over: Callable[[], None], *, breaks_reads: bool
    ) -> None:
        """`ring()` is called when the terminal was put into busy mode; in any thread.

        `before_handing_over()`: somebody else is about to have it; in any thread.  `breaks_reads`: Ctrl-C breaks a read
        that waits.  (Without the main-thread role it does not.)
        """
        self._ring = ring
        self._before_handing_over = before_handing_over
        self.fd = fd
        """The terminal's file descriptor."""
        self._cooked = termios.tcgetattr(fd)
        self._busy = termios.tcgetattr(fd)
        self._busy[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
        # NOFLSH: or the kernel drops the output that is still on its way when it makes a signal of Ctrl-C.
        self._busy[_LFLAG] |= termios.ISIG | termios.NOFLSH
        self._busy[_CC][termios.VMIN] = 1
        # Means nothing beside VMIN=1.  It tells this mode from one that the user's code has set (tty.setcbreak), or
        # another process, another gshell say.  The prompt's mode is made of this one, and has it too.
        self.mark = 1 + os.getpid() % 255
        """What is VTIME in the modes of this process."""
        self._busy[_CC][termios.VTIME] = self.mark
        self.echoes = True
        """Whether what is typed now appears on the screen, because someone else has the terminal."""
        self.lent = False
        """Whether a child of the command's has the terminal."""
        self.breaks_reads = breaks_reads
        """Whether Ctrl-C breaks a read that waits."""
        self._ahead: deque[bytes] = deque()  # what was typed while nobody asked for it
        self._door = Door()  # the console reads behind it, and nobody else meanwhile
        self._forked = False
        self._postponed = False  # a mode could not be set, as another job has the terminal

    @protected
    def take(self) -> None:
        """Put the terminal into busy mode.  From any thread."""
        if self._forked:
            return
        self.echoes = self.lent = False
        self._set(self._busy)
        self._door.open()
        self._ring()

    @property
    def ordinary_mode(self) -> list[Any]:
        """The one in which the shell has found it."""
        return self._cooked

    @property
    def may_be_lent(self) -> bool:
        """Whether nobody but the console has the terminal."""
        return not self.echoes and self._in_busy_mode()

    def lend(self) -> None:
        """It was handed over to a child that there is now.  From any thread."""
        self.lent = True

    def take_back(self) -> None:
        """Put the terminal into busy mode if it was lent to a child and there is none any more.  In any thread.

        Or into its mode if another job had it: a shell's `fg` tells nobody who was not stopped.
        """
        if self._postponed:
            self.again()
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
        self.echoes = True
        self.lent = False
        self._door.close(SLICE)  # what the console has read, is kept before anybody looks for it
        self._before_handing_over()
        self._set(self._cooked)

    def after_fork(self) -> None:
        """In a forked child: the terminal is the parent's, with whatever mode it has."""
        self._forked = True
        self._door = Door()

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Nobody else gets the terminal meanwhile; False if somebody has it already.  In the console thread."""
        token = object()
        try:
            yield self._door.enter(token) and not self.echoes and bool(self._in_foreground()) and self._in_busy_mode()
        finally:
            self._door.leave(token)

    def _in_foreground(self) -> bool | None:
        """Whether a read would not stop the process, as another job has the terminal; None: the terminal is gone."""
        try:
            return os.tcgetpgrp(self.fd) == os.getpgrp()
        except OSError:
            return None

    def read_ahead(self, keys: Iterable[bytes]) -> bytes:
        """Keep what was typed, see keep(), if nobody else has the terminal.  In the console thread."""
        with self.held() as ours, suppress(OSError):
            if ours and select.select([self.fd], [], [], 0)[0]:
                return self.keep(os.read(self.fd, 4096), keys)
        return b""

    @property
    def ahead(self) -> bytes:
        """What was typed ahead, and not yet taken.  From any thread."""
        return b"".join(list(self._ahead))

    def keep(self, typed: bytes, keys: Iterable[bytes] = ()) -> bytes:
        """Keep what was typed up to the first of `keys`; return the rest, which begins with that.

        Ctrl-D is not kept: who presses it while a command runs, wants to end that, or nothing, but not the session some
        time later.  In the console thread.
        """
        end = min((place for key in keys if (place := typed.find(key)) >= 0), default=len(typed))
        self._ahead.append(typed[:end].replace(END_OF_FILE, b""))
        return typed[end:]

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

    @protected
    def take_line(self, limit: int | None = None) -> bytes | None:
        """Take the first line of what was typed ahead, or None if there is no whole line.  In the worker."""
        taken = self._take_all()
        end = taken.find(b"\n") + 1
        line = taken[: end if limit is None else min(end, limit)]
        self._put_back(taken[len(line) :])
        return line if end else None

    @protected
    def take_ahead(self, limit: int | None = None) -> bytes:
        """Take what was typed ahead, `limit` bytes of it.  From any thread."""
        taken = self._take_all()
        if limit is not None:
            self._put_back(taken[limit:])
        return taken[:limit]

    def _take_all(self) -> bytes:
        # One piece at a time, each of which only one gets; the console may add to them meanwhile.
        taken = []
        with suppress(IndexError):
            while True:
                taken.append(self._ahead.popleft())
        return b"".join(taken)

    def _put_back(self, rest: bytes) -> None:
        if rest:
            self._ahead.appendleft(rest)

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

    def type_back(self, data: bytes) -> bool:
        """Have what was typed be read by whoever reads the terminal next; whether that works.

        (The kernel has to let us: TIOCSTI, on Linux from 6.2 on a switch, dev.tty.legacy_tiocsti.)
        """
        try:
            for byte in data if self._in_foreground() else ():
                fcntl.ioctl(self.fd, termios.TIOCSTI, bytes([byte]))
        except OSError:
            return False
        return True

    def _set(self, attributes: list[Any]) -> None:
        self._postponed = self._in_foreground() is False
        if self._postponed:  # it is somebody else's now, and to change it would stop us (SIGTTOU)
            return
        # The user's code may have closed ours (os.closerange).  If none is a terminal, it has gone (SIGHUP) and nobody
        # is disturbed.
        for fd in (self.fd, 0, 1, 2):
            with suppress(termios.error):
                termios.tcsetattr(fd, termios.TCSADRAIN, attributes)
                return


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

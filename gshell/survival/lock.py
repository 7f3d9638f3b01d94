"""Whose a session is: a lock on a file, which the kernel takes back however its shell has ended."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from gshell.survival.files import open_own

_ENDS = " ends"


class Holder(Enum):
    """Who has a session."""

    NOBODY = auto()
    SHELL = auto()
    """This one, or another."""
    ENDING = auto()
    """Its shell has ended, or is about to, and the last snapshot is still being written."""


class InUse(OSError):
    """Another shell has the session."""


class Lock:
    """A lock, and the process id of who took it.  A forked child has it, too.  Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1

    @property
    def descriptor(self) -> int:
        """The file that holds it; -1 if this process has not taken it."""
        return self._fd

    def take(self) -> None:
        """Have it for this process, until it ends or release().  Raises OSError; InUse if another one has it."""
        if self._fd >= 0 and self._is_there():
            return
        self.release()
        fd = self._open(os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if isinstance(error, BlockingIOError):
                raise InUse(f"another shell has the session {self._path.parent.name}") from None
            raise
        self._fd = fd
        try:
            os.ftruncate(fd, 0)
            os.write(fd, str(os.getpid()).encode())
        except OSError:  # the disk is full: it is locked, and nobody knows by whom
            pass

    def note_end(self) -> None:
        """If this process has it: it ends when it has written the last snapshot.  From any thread."""
        if self._fd < 0:
            return
        with suppress(OSError):  # the disk is full: others learn of it when it has ended
            fd = self._open(os.O_WRONLY)  # another one: ours may just be exchanged, by its own thread
            try:
                os.pwrite(fd, f"{os.getpid()}{_ENDS}".encode(), 0)
            finally:
                os.close(fd)

    def release(self) -> None:
        """Let others have it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    @property
    def holder(self) -> Holder:
        """Who has it, as one answer: the shell, and then its child, may end between two questions.

        Changes nothing on the disk.
        """
        if self._fd >= 0:
            return Holder.SHELL
        try:
            fd = self._open(os.O_RDONLY)
        except OSError:  # there is none, or it is not ours
            return Holder.NOBODY
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: several may look at the same time
        except BlockingIOError:
            return Holder.SHELL if self._is_alive() else Holder.ENDING
        except OSError:  # a file system without locks
            return Holder.NOBODY
        finally:
            os.close(fd)
        return Holder.NOBODY

    def _is_alive(self) -> bool:
        """Whether the shell that took it goes on, as far as anybody knows."""
        try:
            with open_own(self._path) as file:
                text = file.read(20).decode()
            if text.endswith(_ENDS):
                return False
            pid = int(text)
            os.kill(pid, 0)
        except (ProcessLookupError, PermissionError):  # there is none, or it is somebody else's by now
            return False
        except (OSError, ValueError, OverflowError):  # nobody knows
            return True
        return not _is_zombie(pid)

    def _is_there(self) -> bool:
        """Whether what is locked was not deleted."""
        try:
            return os.path.samestat(os.fstat(self._fd), os.lstat(self._path))
        except OSError:
            return False

    def _open(self, flags: int) -> int:
        return os.open(self._path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)


def _is_zombie(pid: int) -> bool:
    """Whether a process has ended, and its parent, a terminal or a container's first process, has not noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"Z"
    except (OSError, IndexError):  # not Linux, or it is gone
        return False

"""Where the shell keeps its files (XDG Base Directory Specification), and how it reads them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

LARGEST = 2**24
"""Bytes of a file that are read at most."""


def state_dir() -> Path:
    """The directory of the data that the shell keeps: the history, bookmarks."""
    return _base("XDG_STATE_HOME", ".local", "state") / "gshell"


def config_dir() -> Path:
    """The directory of the user's configuration."""
    return _base("XDG_CONFIG_HOME", ".config") / "gshell"


def _base(variable: str, *default: str) -> Path:
    path = Path(os.environ.get(variable, ""))
    # A relative one is to be ignored, says the specification, and would have code read from whatever directory the
    # shell is started in (as in CVE-2022-21699, of IPython's).
    return path if path.is_absolute() else _home().joinpath(*default)


def _home() -> Path:
    try:
        home = Path.home()
    except RuntimeError:  # HOME is not set, and the system does not know the user
        home = Path(os.sep)
    return home if home.is_absolute() else Path(os.sep)


def cache_dir() -> Path:
    """The directory of files that can be made again."""
    return _base("XDG_CACHE_HOME", ".cache") / "gshell"


def history_file() -> Path:
    """The history of all sessions."""
    return state_dir() / "history.sqlite"


def sessions_dir() -> Path:
    """The directory of the sessions that are kept."""
    return state_dir() / "sessions"


def settings_file() -> Path:
    """The user's settings."""
    return config_dir() / "gshell.toml"


def startup_files() -> list[Path]:
    """The user's Python files that are run before the first command, in the order of their names."""
    return sorted(path for path in (config_dir() / "startup").glob("*.py") if path.is_file())


def make_private(directory: Path) -> None:
    """See to it that there is a directory; what is made, those above it too, is the user's alone.

    (So the specification wants it, and the umask may be anything.)  Raises OSError.
    """
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def is_private(directory: Path) -> bool:
    """Whether it is the user's own and nobody else can put anything into it.  Raises OSError."""
    found = directory.stat()
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def read_file(path: Path) -> bytes:
    """What is in a file of the user's.  From any thread.

    Raises OSError; also for what is no file, or has no end: who opens a FIFO would wait for somebody to write there.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        mode = os.fstat(fd).st_mode
        if stat.S_ISDIR(mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode) and not os.path.samefile(path, os.devnull):
            raise OSError(errno.EINVAL, "not a file", str(path))
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data

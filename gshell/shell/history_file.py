"""The database of the history: made, checked and opened."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gshell.paths import make_private

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""The schema's, in the database's user_version."""
PATIENCE = 0.5
"""Seconds to wait for another shell that is writing."""
NOT_A_DATABASE = 26
"""SQLite's result code for a file that is something else."""
CORRUPT = 11
"""... for one that is damaged."""
BUSY = 5
"""... for one that another connection is writing."""

_BEGINNING = b"SQLite format 3\0"
_NETWORK = ("nfs", "cifs", "smb", "afs", "9p", "lustre", "gpfs", "beegfs", "ceph", "fuse")

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session INTEGER NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, text TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS places ON commands (session, number);
PRAGMA user_version = {VERSION};
COMMIT;
"""


def create(path: Path) -> int:
    """See to it that there is a file which nobody else can read; return its inode.

    SQLite's files beside it get the same mode.  What is no history, a symlink may lead there, keeps the mode that it
    has.  Raises OSError.
    """
    make_private(path.parent)
    fd = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):  # SQLite would wait for what comes out of a FIFO
            raise OSError(errno.EINVAL, "not a file")
    except OSError:
        os.close(fd)
        raise
    try:
        if os.read(fd, len(_BEGINNING)) in (b"", _BEGINNING):
            os.fchmod(fd, 0o600)
        if not path.parent.is_symlink():
            os.chmod(path.parent, 0o700)
    except OSError:
        pass  # somebody else's, or a disk that can only be read
    finally:
        os.close(fd)
    return found.st_ino


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the database, in memory for None, with its tables there; all threads may use it.

    Raises sqlite3.DatabaseError, for a file that is something else with the code NOT_A_DATABASE, as SQLite does.
    """
    import sqlite3

    database = sqlite3.connect(path or ":memory:", timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    database.text_factory = lambda data: data.decode(errors="replace")  # a damaged file has anything in it
    try:
        _have_tables(database, path)
    except ValueError as error:  # SQLite's own message has it, too, and Python wants UTF-8 there
        database.close()
        damaged = sqlite3.DatabaseError(str(error))
        damaged.sqlite_errorcode = CORRUPT
        raise damaged from None
    except BaseException:
        database.close()
        raise
    return database


def _have_tables(database: sqlite3.Connection, path: Path | None) -> None:
    """Check the tables, or make them, also while another thread or shell makes them.

    SQLite waits PATIENCE for the other's lock, except to change the journal's mode: two that have begun to read, and
    want to write now, would wait for each other, so it refuses one at once.  That one looks again.
    """
    import sqlite3

    until = time.monotonic() + PATIENCE
    while True:
        try:
            _check(database, path)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != BUSY or time.monotonic() > until:
                raise
        database.rollback()
        time.sleep(0.005)


def _check(database: sqlite3.Connection, path: Path | None) -> None:
    """Check the tables, or make them."""
    import sqlite3

    database.execute("BEGIN")  # or another shell that makes the tables may be between the two
    (version,) = database.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.execute("COMMIT")
    if not version and not tables:
        # The log beside the file lets one shell write while others read, and needs no waiting for the disk with every
        # command.  But it takes memory that all shells share: not across a network.
        mode = "DELETE" if path is None or _is_remote(path) else "WAL"
        database.execute(f"PRAGMA journal_mode = {mode}")
        database.executescript(_SCHEMA)
    elif version != VERSION or not {"sessions", "commands"} <= tables:
        foreign = sqlite3.DatabaseError("not a history of this version")
        foreign.sqlite_errorcode = NOT_A_DATABASE
        raise foreign
    database.execute("PRAGMA synchronous = NORMAL")


def _is_remote(path: Path) -> bool:
    """Whether the file is on a disk that other machines may have, too.  (False where there is no /proc.)"""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return False
    above = [os.fspath(each) for each in path.parents]
    kinds = [(len(place), kind) for place, kind in mounts if place in above]
    return bool(kinds) and max(kinds)[1].startswith(_NETWORK)

"""The commands of all sessions, in an SQLite database: each one is there before it runs.

A command that begins with a space is kept for its session only, in memory, as in bash (HISTCONTROL=ignorespace): it may
be a password.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gshell.threads.protection import protected

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""The schema's, in the database's user_version."""
PATIENCE = 0.5
"""Seconds to wait for another shell that is writing."""
NOT_BEGUN = 2**62
"""What goes for this session's number while it has none: later than all others."""

_BUSY, _LOCKED, _INTERRUPT, _CORRUPT, _NOT_A_DATABASE = 5, 6, 9, 11, 26  # SQLite's primary result codes
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


@dataclass(frozen=True)
class Command:
    """A command of a session's."""

    session: int
    """The session's number; 0 for the one that runs."""
    number: int
    text: str

    @property
    def place(self) -> str:
        """Its number, for one of another session with that session's: what a range takes."""
        return f"{self.session}/{self.number}" if self.session else str(self.number)


def _print(message: str) -> None:
    print(message, file=sys.stderr)


class History:
    """What was typed, in this session and in others.

    Written in the worker, read there and in the console thread.  One connection serves both: SQLite has a lock of its
    own, and each statement is a transaction of its own, so that nobody finds a half of something.  Nothing is opened,
    nor sqlite3 imported, before it is needed.
    """

    def __init__(
        self, path: Path | None = None, *, former: Path | None = None, tell: Callable[[str], None] = _print
    ) -> None:
        """`path` is the database's; None keeps everything in memory.  It begins with what is in `former`, a file of
        prompt_toolkit's FileHistory.  `tell(message)` says something to the user, from any thread."""
        self.own: dict[int, str] = {}
        """This session's commands by their numbers."""
        self._tell = tell
        self._path = path and path.absolute()
        self._former = former
        self._session = 0
        self._unsaved: dict[int, str] = {}
        self._told = False
        self._pid = os.getpid()
        self._open: sqlite3.Connection | None = None
        self._inode = 0

    # Writing.

    @protected
    def add(self, number: int, text: str) -> None:
        """Keep a command that is about to run.  In the worker.

        The worker is where Ctrl-C that nobody hears ends queries (stdlib_patches.break_queries).  A write takes
        microseconds, but it may wait for another shell's, and be ended; then, as when the other shell takes too long or
        the disk is full, the command stays among those that the next write writes too.
        """
        self.own[number] = text
        if os.getpid() != self._pid or text.startswith(" "):
            return
        self._unsaved[number] = text
        self._try(self._save)

    def _save(self, database: sqlite3.Connection) -> None:
        if not self._session:
            begun = database.execute("INSERT INTO sessions (started) VALUES (?)", [time.time()])
            self._session = begun.lastrowid or 0
        for number, text in list(self._unsaved.items()):
            row = (self._session, number, time.time(), _storable(text))
            database.execute("INSERT OR REPLACE INTO commands (session, number, at, text) VALUES (?, ?, ?, ?)", row)
            del self._unsaved[number]

    def close(self) -> None:
        """Close the database.  At the end of the session."""
        if self._unsaved and self._open is not None and os.getpid() == self._pid:
            self._try(self._save)  # another shell was writing when the last command was to be
        database, self._open = self._open, None
        if database is not None:
            database.close()

    # Reading.

    def older(self, before: int, count: int) -> list[tuple[int, str]]:
        """At most `count` commands of other sessions, the newest first, with an id: the next `before`.

        From any thread.  `before` is 0 for the first ones.
        """
        return self._select(
            "SELECT id, text FROM commands WHERE id < ? AND session != ? ORDER BY id DESC LIMIT ?",
            before or NOT_BEGUN,
            self._session,
            count,
        )

    def last(self, count: int, *, but: int = 0) -> list[Command]:
        """The last commands, those of other sessions before ours.  `but`: the number of one of ours to be left out."""
        own = [Command(0, number, text) for number, text in self.own.items() if number != but][-count:]
        rows = self._select(
            "SELECT session, number, text FROM commands WHERE session != ? ORDER BY id DESC LIMIT ?",
            self._session,
            count - len(own),
        )
        return [*(Command(*row) for row in reversed(rows)), *own] if count > 0 else []

    def search(self, pattern: str) -> list[Command]:
        """The commands that have a part like the glob pattern, the oldest first."""
        glob = f"*{pattern}*"
        rows = self._select(
            "SELECT session, number, text FROM commands WHERE session != ? AND text GLOB ? ORDER BY id",
            self._session,
            _storable(glob),
        )
        own = (Command(0, number, text) for number, text in self.own.items() if fnmatchcase(text, glob))
        return [*(Command(*row) for row in rows), *own]

    def between(self, first: tuple[int, int], last: tuple[int, int]) -> list[Command]:
        """The commands from one place to another, both included; a place is a session and a number."""
        rows = self._select(
            "SELECT session, number, text FROM commands WHERE (session, number) >= (?, ?) AND (session, number) <= "
            "(?, ?) AND session != ? ORDER BY session, number",
            *first,
            *last,
            self._session,
        )
        here = self.session
        own = (Command(0, number, text) for number, text in self.own.items() if first <= (here, number) <= last)
        found = [*(Command(*row) for row in rows), *own]
        return sorted(found, key=lambda command: (command.session or here, command.number))

    @property
    def session(self) -> int:
        """This session's number."""
        return self._session or NOT_BEGUN

    def session_ago(self, count: int) -> int:
        """The number of the session that began `count` sessions before this one; -1 if there is none."""
        if not count:
            return self.session
        rows = self._select(
            "SELECT id FROM sessions WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?", self.session, count - 1
        )
        return int(rows[0][0]) if rows else -1

    def _select(self, statement: str, *values: Any) -> list[Any]:
        found: list[Any] = []
        self._try(lambda database: found.extend(database.execute(statement, values)))
        return found

    # The file.

    def _try(self, use: Callable[[sqlite3.Connection], object]) -> None:
        """Call `use(database)`, once more if the database had to be set aside; say so if the disk does not work."""
        try:
            import sqlite3
        except ImportError as error:  # Python was built without it
            self._complain(str(error))
            return
        for _ in range(2):
            try:
                use(self._database())
                return
            except OSError as error:
                self._fall_back(error.strerror or str(error))
            except sqlite3.DatabaseError as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code in (_CORRUPT, _NOT_A_DATABASE):
                    self._set_aside(str(error))
                elif code in (_BUSY, _LOCKED, _INTERRUPT):
                    return
                elif self._open is None:
                    self._fall_back(str(error))
                else:
                    self._complain(str(error))
                    return

    @protected
    def _database(self) -> sqlite3.Connection:
        if self._open is None:
            import sqlite3

            if self._path is not None:
                self._prepare(self._path)
            database = sqlite3.connect(
                self._path or ":memory:", timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                self._check(database)
            except BaseException:
                database.close()
                raise
            self._open = database
        return self._open

    def _prepare(self, path: Path) -> None:
        """See to it that nobody else can read the file; SQLite's files beside it get the same mode."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            self._inode = os.fstat(fd).st_ino
            os.fchmod(fd, 0o600)
            os.chmod(path.parent, 0o700)
        except OSError:
            pass  # somebody else's, or a disk that can only be read
        finally:
            os.close(fd)

    def _check(self, database: sqlite3.Connection) -> None:
        """Have the tables there.  Raises DatabaseError for a file that is something else, as SQLite does."""
        import sqlite3

        database.execute("BEGIN")  # or another shell that makes the tables may be between the two
        (version,) = database.execute("PRAGMA user_version").fetchone()
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        database.execute("COMMIT")
        if not version and not tables:
            # The log beside the file lets one shell write while others read, and needs no waiting for the disk with
            # every command.  But it takes memory that all shells share: not across a network.
            mode = "DELETE" if self._path is None or _is_remote(self._path) else "WAL"
            database.execute(f"PRAGMA journal_mode = {mode}")
            database.executescript(_SCHEMA)
            self._take_former(database)
        elif version != VERSION or not {"sessions", "commands"} <= tables:
            foreign = sqlite3.DatabaseError("not a history of this version")
            foreign.sqlite_errorcode = _NOT_A_DATABASE
            raise foreign
        database.execute("PRAGMA synchronous = NORMAL")

    def _take_former(self, database: sqlite3.Connection) -> None:
        """Begin with what former versions have kept."""
        if self._former is None or not self._former.is_file():
            return
        started = self._former.stat().st_mtime
        texts = enumerate(read_former(self._former.read_text(errors="replace")), 1)
        database.execute("BEGIN IMMEDIATE")
        if database.execute("SELECT 1 FROM sessions").fetchone():  # another shell was quicker
            database.execute("COMMIT")
            return
        session = database.execute("INSERT INTO sessions (started) VALUES (?)", [started]).lastrowid
        database.executemany(
            "INSERT INTO commands (session, number, at, text) VALUES (?, ?, ?, ?)",
            ((session, number, started, text) for number, text in texts),
        )
        database.execute("COMMIT")

    @protected
    def _set_aside(self, why: str) -> None:
        """Keep a file that is broken under another name; a new one is begun."""
        self.close()
        path = self._path
        self._session = 0
        self._unsaved = {number: text for number, text in self.own.items() if not text.startswith(" ")}
        try:
            if path is None or path.stat().st_ino != self._inode:
                return  # another shell has done it
            aside = next(name for n in range(1, 10_000) if not (name := Path(f"{path}.broken-{n}")).exists())
            for suffix in ("-wal", "-shm", ""):
                if os.path.exists(f"{path}{suffix}"):
                    os.rename(f"{path}{suffix}", f"{aside}{suffix}")
        except OSError as error:
            self._fall_back(error.strerror or str(error))
        else:
            self._tell(f"gshell: a new history is begun, the old one is kept as {aside.name} ({path}: {why})")

    def _fall_back(self, why: str) -> None:
        """Go on in memory."""
        self._complain(why)
        self._path = None

    def _complain(self, why: str) -> None:
        if not self._told:
            self._told = True
            self._tell(f"gshell: this session's history is not kept ({self._path}: {why})")


def read_former(text: str) -> Iterator[str]:
    """The commands in a file of prompt_toolkit's FileHistory: lines after a "+", a line without one between two."""
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("+"):
            lines.append(line[1:])
        elif lines:
            yield "\n".join(lines)
            lines = []


def _storable(text: str) -> str:
    """What SQLite takes for a text: without surrogates, from a terminal that does not speak UTF-8."""
    return text.encode(errors="replace").decode()


def _is_remote(path: Path) -> bool:
    """Whether the file is on a disk that other machines may have, too.  (False where there is no /proc.)"""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return False
    above = [os.fspath(each) for each in path.parents]
    kinds = [(len(place), kind) for place, kind in mounts if place in above]
    return bool(kinds) and max(kinds)[1].startswith(_NETWORK)

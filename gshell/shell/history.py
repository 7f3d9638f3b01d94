"""The commands of all sessions, in an SQLite database: each one is there before it runs.

A command that begins with a space is kept for its session only, in memory, as in bash (HISTCONTROL=ignorespace): it may
be a password.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gshell.shell import history_file
from gshell.threads.claim import Claim
from gshell.threads.protection import protected

if TYPE_CHECKING:
    import sqlite3

NOT_BEGUN = 2**62
"""What goes for this session's number while it has none: later than all others."""

_LOCKED, _INTERRUPT = 6, 9  # SQLite's primary result codes


@dataclass(frozen=True)
class Command:
    """A command of a session's."""

    session: int
    """The session's number; 0 for the one that runs."""
    number: int
    """Less than 0 for what was typed beside one: it is found, but is in no range."""
    text: str

    @property
    def place(self) -> str:
        """Its number, for one of another session with that session's: what a range takes."""
        number = str(self.number) if self.number > 0 else "beside"
        return f"{self.session}/{number}" if self.session else number


class History:
    """What was typed, in this session and in others.

    Written in the worker, read there and in the console thread.  One connection serves both: SQLite has a lock of its
    own, and each statement is a transaction of its own, so that nobody finds a half of something.  Nothing is opened,
    nor sqlite3 imported, before it is needed; if both threads need it at the same time, both open it, and the one that
    is ready first has the connection for both.
    """

    def __init__(self, path: Path | None = None, *, tell: Callable[[str], object]) -> None:
        """`path` is the database's; None keeps everything in memory.  `tell()` says something to the user, from any
        thread."""
        self.own: dict[int, str] = {}
        """This session's commands by their numbers."""
        self._beside: dict[int, str] = {}
        self._tell = tell
        self._path = path and path.absolute()
        self._session = 0
        self._unsaved: dict[int, str] = {}
        self._told = False
        self._pid = os.getpid()
        self._open: Claim[sqlite3.Connection] = Claim()
        self._inode = 0

    # Writing.

    @protected
    def add(self, number: int, text: str) -> None:
        """Keep a command that is about to run.  In the worker.

        The worker is where Ctrl-C that nobody hears ends queries (queries.break_queries).  A write takes
        microseconds, but it may wait for another shell's, and be ended; then, as when the other shell takes too long or
        the disk is full, the command stays among those that the next write writes too.
        """
        self.own[number] = text
        if os.getpid() != self._pid or text.startswith(" "):
            return
        self._unsaved[number] = text
        self._try(self._save)

    def add_beside(self, text: str) -> None:
        """Keep what was typed beside a command; it is written with the next one, or at the end.  In the console thread.

        Not at once: both threads would write then, and each begin the session.
        """
        number = -len(self._beside) - 1
        self._beside[number] = text
        if not text.startswith(" "):
            self._unsaved[number] = text

    def _typed(self) -> list[tuple[int, str]]:
        """What was typed in this session, beside commands, too."""
        return [*self.own.items(), *self._beside.items()]

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
        if self._unsaved and self._open.look() is not None and os.getpid() == self._pid:
            self._try(self._save)  # another shell was writing when the last command was to be
        self._close()

    def _close(self) -> None:
        database = self._open.take()
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
            "SELECT session, number, text FROM commands WHERE session != ? AND number > 0 ORDER BY id DESC LIMIT ?",
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
        own = (Command(0, number, text) for number, text in self._typed() if fnmatchcase(text, glob))
        return [*(Command(*row) for row in rows), *own]

    def between(self, first: tuple[int, int], last: tuple[int, int]) -> list[Command]:
        """The commands from one place to another, both included; a place is a session and a number."""
        rows = self._select(
            "SELECT session, number, text FROM commands WHERE (session, number) >= (?, ?) AND (session, number) <= "
            "(?, ?) AND session != ? AND number > 0 ORDER BY session, number",
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
        return [row for row in found if _is_sound(row)]

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
                if code in (history_file.CORRUPT, history_file.NOT_A_DATABASE):
                    self._set_aside(str(error))
                elif code in (history_file.BUSY, _LOCKED, _INTERRUPT):
                    return
                elif self._open.look() is None:
                    self._fall_back(str(error))
                else:
                    self._complain(str(error))
                    return
            except ValueError as error:  # a message that is not UTF-8, from the names in a damaged file
                self._set_aside(str(error))

    @protected
    def _database(self) -> sqlite3.Connection:
        """The connection of both threads.  Raises OSError and sqlite3.DatabaseError."""
        while True:
            database = self._open.look()
            if database is not None:
                return database
            try:
                if self._path is not None:
                    self._inode = history_file.create(self._path)
                database = history_file.connect(self._path)
            except Exception:  # it may be that the other thread was just making the tables
                if self._open.look() is None:
                    raise
                continue
            if not self._open.offer(database):
                database.close()  # the other thread was quicker

    @protected
    def _set_aside(self, why: str) -> None:
        """Keep a file that is broken under another name; a new one is begun."""
        self._close()
        path = self._path
        self._session = 0
        self._unsaved = {number: text for number, text in self._typed() if not text.startswith(" ")}
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


def _is_sound(row: tuple[object, ...]) -> bool:
    """Whether a row has what a statement asks for: numbers, and then perhaps a text.  In a damaged file it may not."""
    return all(type(each) is int for each in row[:-1]) and type(row[-1]) is (str if len(row) > 1 else int)


def _storable(text: str) -> str:
    """What SQLite takes for a text: without surrogates, from a terminal that does not speak UTF-8."""
    return text.encode(errors="replace").decode()

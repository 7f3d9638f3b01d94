"""Ctrl-C ends the query that the worker executes, and no other thread's."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable

import pytest

from gshell.shell.queries import break_queries
from tests.terminal import wait_until

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


class Holder:
    """What has a connection, as a library's objects do."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection


def connect() -> sqlite3.Connection:
    """One for all threads."""
    return sqlite3.connect(":memory:", check_same_thread=False)


def by_connection(connection: sqlite3.Connection) -> None:
    connection.execute(ENDLESS).fetchall()


def by_cursor(connection: sqlite3.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute(ENDLESS).fetchall()


def by_holder(connection: sqlite3.Connection) -> None:
    holder = Holder(connection)
    del connection
    holder.connection.execute(ENDLESS)


def by_loop(connection: sqlite3.Connection) -> None:
    for _ in connection.execute(ENDLESS):
        pass


def bound(_: sqlite3.Connection) -> None:
    sqlite3.connect(":memory:").execute(ENDLESS)


class Query:
    """A thread with a query that does not end by itself."""

    def __init__(self, execute: Callable[[sqlite3.Connection], None]) -> None:
        self.connection = connect()
        self.ended: list[str] = []
        self.thread = threading.Thread(target=self._run, args=[execute], daemon=True)
        self.thread.start()
        # In the call: it goes on without the GIL.
        wait_until(lambda: self._frame() is not None and self._counts(), "the query")

    def _frame(self) -> object:
        frame = sys._current_frames().get(self.thread.ident or 0)
        return frame if frame is not None and frame.f_code.co_filename == __file__ else None

    def _counts(self) -> bool:
        with open(f"/proc/self/task/{self.thread.native_id}/stat") as stat:
            return int(stat.read().rpartition(")")[2].split()[11]) > 2  # hundredths of a second of its own

    def _run(self, execute: Callable[[sqlite3.Connection], None]) -> None:
        try:
            execute(self.connection)
        except sqlite3.OperationalError as error:
            self.ended.append(str(error))

    def end(self) -> None:
        """End it."""
        self.connection.interrupt()
        self.thread.join(10)


@pytest.mark.parametrize("execute", [by_connection, by_cursor, by_holder, by_loop, bound])
def test_a_query_of_the_thread_is_ended_and_no_other(execute: Callable[[sqlite3.Connection], None]) -> None:
    other, mine = Query(by_connection), Query(execute)
    break_queries(mine.thread.ident or 0)
    mine.thread.join(10)
    assert mine.ended == ["interrupted"]
    assert other.thread.is_alive()
    assert other.ended == []
    other.end()
    assert other.ended == ["interrupted"]

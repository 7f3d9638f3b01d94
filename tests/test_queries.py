"""Ctrl-C ends the query that the worker executes, and no other thread's."""

from __future__ import annotations

import contextlib
import functools
import gc
import sqlite3
import sys
import threading
import time
import types
import weakref
from collections.abc import Callable, Iterator

import pytest

from gshell.shell.queries import break_queries
from tests.kept import few
from tests.terminal import wait_until

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


class Holder:
    """What has a connection, as a library's objects do."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection


class Slots:
    """The same, without a dictionary."""

    __slots__ = ("connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection


class Subclass(sqlite3.Connection):
    """A connection with methods of its own."""

    def cursor(self) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor()


def connect() -> sqlite3.Connection:
    """One for all threads."""
    return sqlite3.connect(":memory:", check_same_thread=False)


def by_connection(connection: sqlite3.Connection) -> None:
    connection.execute(ENDLESS).fetchall()


def naps(connection: sqlite3.Connection) -> None:
    connection.create_function("nap", 1, time.sleep)
    connection.execute(ENDLESS.replace("max(i)", "nap(0.01)")).fetchall()


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


def by_loop_over_connections(connection: sqlite3.Connection) -> None:
    for each in [connection]:
        each.execute(ENDLESS)


def by_item(connection: sqlite3.Connection) -> None:
    connections = {"the": [connection]}
    del connection
    connections["the"][0].execute(ENDLESS)


def by_method(connection: sqlite3.Connection) -> None:
    execute = connection.execute
    del connection
    execute(ENDLESS)


def by_partial(connection: sqlite3.Connection) -> None:
    execute = functools.partial(connection.execute, ENDLESS)
    del connection
    execute()


def by_walrus(connection: sqlite3.Connection) -> None:
    if (same := connection).execute(ENDLESS):
        same.close()


def by_with(connection: sqlite3.Connection) -> None:
    with connection as same:
        same.execute(ENDLESS)


def by_closing(connection: sqlite3.Connection) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        del connection
        cursor.execute(ENDLESS)


def by_comprehension(connection: sqlite3.Connection) -> None:
    _ = [each.execute(ENDLESS) for each in [connection]]


def by_generator(connection: sqlite3.Connection) -> None:
    _ = list(each.execute(ENDLESS) for each in [connection])  # noqa: C400


def by_closure(connection: sqlite3.Connection) -> None:
    def inner() -> None:
        connection.execute(ENDLESS)

    inner()


def by_lambda(connection: sqlite3.Connection) -> None:
    (lambda: connection.execute(ENDLESS))()


def by_starred(connection: sqlite3.Connection) -> None:
    arguments = [ENDLESS]
    connection.execute(*arguments)


def by_iterator(connection: sqlite3.Connection) -> None:
    next(connection.execute(ENDLESS))


def by_lines(connection: sqlite3.Connection) -> None:
    (
        connection
        .cursor()
        .execute(
            ENDLESS
        )
    )  # fmt: skip


def by_script(connection: sqlite3.Connection) -> None:
    connection.executescript(f"{ENDLESS};")


def by_slots(connection: sqlite3.Connection) -> None:
    slots = Slots(connection)
    del connection
    slots.connection.execute(ENDLESS)


def by_class(connection: sqlite3.Connection) -> None:
    class Kind:
        same = connection

    del connection
    Kind.same.execute(ENDLESS)


def by_module(connection: sqlite3.Connection) -> None:
    module = types.ModuleType("database")
    module.connection = connection  # type: ignore[attr-defined]
    del connection
    module.connection.execute(ENDLESS)


def by_subclass(connection: sqlite3.Connection) -> None:
    """Whose methods ask for more than sqlite3's own."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, factory=Subclass)
    connection.execute(ENDLESS)


def by_global(connection: sqlite3.Connection) -> None:
    names: dict[str, object] = {"connection": connection, "ENDLESS": ENDLESS}
    del connection
    exec(compile("connection.execute(ENDLESS)", __file__, "exec"), names)


def by_locals_of_a_class(connection: sqlite3.Connection) -> None:
    names: dict[str, object] = {"connections": [connection], "ENDLESS": ENDLESS}
    del connection
    exec(compile("class A:\n    for each in connections: each.execute(ENDLESS)", __file__, "exec"), names)


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


WAYS = [value for name, value in list(globals().items()) if name.startswith("by_") or name == "bound"]


@pytest.fixture(scope="module")
def other() -> Iterator[Query]:
    """A query of another thread, during all of these tests; it mostly sleeps."""
    query = Query(naps)
    yield query
    query.end()
    assert query.ended == ["interrupted"]


@pytest.mark.parametrize(
    "execute", few(WAYS, by_connection, by_loop, by_with, by_generator, by_lambda, by_slots, by_module, bound)
)
def test_a_query_of_the_thread_is_ended_and_no_other(
    other: Query, execute: Callable[[sqlite3.Connection], None]
) -> None:
    mine = Query(execute)
    break_queries(mine.thread.ident or 0)
    mine.thread.join(10)
    assert mine.ended == ["interrupted"]
    assert other.thread.is_alive()
    assert other.ended == []


def test_nothing_is_held_afterwards() -> None:
    """What the command has had is gone with it, and not with the next collection of garbage."""
    gc.disable()
    try:
        connections = [connect(), sqlite3.connect(":memory:")]
        holder = Holder(connections[0])
        gone = weakref.ref(holder)
        break_queries(threading.get_ident())
        del holder
        assert gone() is None
    finally:
        gc.enable()


def test_tuples_that_others_fill_meanwhile() -> None:
    """CPython refuses to go on with one that somebody else has."""
    stop, errors = threading.Event(), list[BaseException]()

    def fill() -> None:
        try:
            while not stop.is_set():
                assert len(tuple(slowly() for _ in range(1000))) == 1000
        except BaseException as error:
            errors.append(error)

    def slowly() -> list[None]:
        return [None]

    connections = [connect(), sqlite3.connect(":memory:")]
    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        break_queries(threads[0].ident or 0)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(connections) == 2

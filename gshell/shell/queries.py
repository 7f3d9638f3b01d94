"""End what SQLite does for the worker, and for no other thread: its functions don't look at signals.

Which connection a thread uses now, nothing tells.  One that is bound to its thread (as all are, by default) is no
question: cursor() looks at the thread before all else, and the error names it.  Of the others, those that any thread
may use, the worker uses one that its code names where it is: in the expression that is being executed
(`con.execute(...)`, `for row in con.execute(...)`), or else in that line, or else somewhere in the function.  What has
a name there may be the connection, a cursor, or an object, a class or a module that has one of the two.

Nothing of SQLite's is called but sqlite3_interrupt().  Every other function may want the connection's lock, which the
query has: getlimit() does since SQLite 3.5x, and would wait for it with the GIL in hand, and the whole process with it.
"""

from __future__ import annotations

import dis
import gc
import itertools
import re
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_DEPTH = 3
"""How many steps from a name a connection is looked for: an object, its dictionary, what is in that."""
_MOST = 2000
"""Objects that are looked at."""
_THREAD = re.compile(r"created in thread id (\d+)")
_ONLY_IF_NAMED = (ModuleType, type)
_NOT_INTO = (FunctionType, FrameType, CodeType)


def break_queries(ident: int) -> None:
    """End the query that the thread executes.  From any other thread.

    It raises OperationalError; the KeyboardInterrupt that waits comes right after that.
    """
    module = sys.modules.get("sqlite3")
    if module is None:
        return
    for connection in [*_bound_to(ident, module), *_used_by(sys._current_frames().get(ident), module)]:
        try:
            connection.interrupt()
        except module.Error:
            pass  # it was just closed


def _bound_to(ident: int, module: ModuleType) -> Iterator[sqlite3.Connection]:
    # All in one call into C: a tuple that another thread is just filling is among these objects too, and CPython
    # refuses to go on with one that somebody else has.  So the list of all objects is made, looked through and emptied
    # by iterators.  (Not by tee(), whose memory is among the objects: it has held itself, and with that everything.)
    held: list[list[object]] = []
    objects, same = itertools.chain.from_iterable(held), itertools.chain.from_iterable(held)
    is_connection = map(issubclass, map(type, same), itertools.repeat(module.Connection))
    steps = itertools.chain(
        map(held.append, map(gc.get_objects, (None,))),
        itertools.compress(objects, is_connection),
        map(list.clear, held),
    )
    for connection in [*steps]:
        if not isinstance(connection, module.Connection):  # what append() and clear() return
            continue
        try:
            module.Connection.cursor(connection, id)
        except TypeError:
            pass  # any thread may use it, and what id() returns is no cursor
        except module.ProgrammingError as error:
            thread = _THREAD.search(str(error))
            if thread is not None and int(thread[1]) == ident:
                yield connection


def _used_by(frame: FrameType | None, module: ModuleType) -> list[sqlite3.Connection]:
    """The connections that are named where the frame is executed."""
    if frame is None:
        return []
    for names in _names(frame):
        values = [value for name in names for value in (frame.f_locals.get(name), frame.f_globals.get(name))]
        found = _connections(values, module)
        if found:
            return found
    return []


def _names(frame: FrameType) -> Iterator[set[str]]:
    """The names in the expression that is executed, in its line, and in all of the code.

    An instruction that has a name for its argument names it: which instructions there are, each version of Python knows
    better.
    """
    code = frame.f_code
    known = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *code.co_names}
    named = [
        (each.positions, names) for each in dis.get_instructions(code) if (names := known.intersection(_strings(each)))
    ]
    here = next(itertools.islice(code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    if None not in here:
        begin, end = (here[0], here[2]), (here[1], here[3])
        yield set().union(*(names for place, names in named if place and _within(place, begin, end)))
    yield set().union(*(names for place, names in named if place and place.lineno == frame.f_lineno))
    yield known


def _within(position: dis.Positions, begin: tuple[int | None, ...], end: tuple[int | None, ...]) -> bool:
    numbers = (position.lineno, position.col_offset, position.end_lineno, position.end_col_offset, *begin, *end)
    if None in numbers:
        return False
    line, column, last, until, *around = (number for number in numbers if number is not None)
    return tuple(around[:2]) <= (line, column) and (last, until) <= tuple(around[2:])


def _strings(instruction: dis.Instruction) -> set[str]:
    """The strings of an instruction's argument, which are two for those that load or store two names at once."""
    argument = instruction.argval
    return {each for each in (argument if isinstance(argument, tuple) else (argument,)) if isinstance(each, str)}


def _connections(values: list[object], module: ModuleType) -> list[sqlite3.Connection]:
    """Those which the objects are, or have."""
    found: dict[int, sqlite3.Connection] = {}
    seen = set[int]()
    for step in range(_DEPTH):
        following: list[object] = []
        for value in values[:_MOST]:
            if id(value) in seen or isinstance(value, _NOT_INTO) or (step and isinstance(value, _ONLY_IF_NAMED)):
                continue
            seen.add(id(value))
            if isinstance(value, module.Cursor):
                value = value.connection
            if isinstance(value, module.Connection):
                found[id(value)] = value
            else:
                following += gc.get_referents(value)
        values = following
    return list(found.values())

"""What variables take of the memory: right for arrays, tables and containers, and no code of the user's runs for it."""

from __future__ import annotations

import array
import collections
import datetime
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gshell.shell.sizes import IN_ALL, IN_ONE, Size, sizes
from gshell.units import in_units
from tests.terminal import ROOT, GShell

UNITS = {
    0: "0 B",
    999: "999 B",
    1000: "1.00 kB",
    9_994: "9.99 kB",
    9_996: "10.0 kB",
    99_940: "99.9 kB",
    99_960: "100 kB",
    999_499: "999 kB",
    999_501: "1.00 MB",
    2_100_000_000: "2.10 GB",
    80_000_000_000_000: "80000 GB",
}


def test_units() -> None:
    assert {size: in_units(size) for size in UNITS} == UNITS


def size_of(value: object) -> Size | None:
    return sizes({"x": value}).each.get("x")


def own(*values: Any) -> int:
    """What these take, without what they hold."""
    return sum(value.__sizeof__() for value in values)


ZEROS = np.zeros((1000, 3))
TABLE = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1, 2], "c": pd.Categorical(["x", "y", "x"])})
FLOATS = [0.5, 1.5, 2.5]
Point = collections.namedtuple("Point", "x y")

KNOWN = {
    "array": (ZEROS, 24000),
    "view": (ZEROS[::10], 2400),
    "empty array": (np.zeros(0), 0),
    "masked": (np.ma.masked_less(ZEROS, 1), 24000),
    "scalar": (np.float32(1), 4),
    "series": (TABLE.a, int(TABLE.a.memory_usage(deep=False))),
    "table": (TABLE, int(TABLE.memory_usage(deep=False).sum())),
    "index": (TABLE.index, int(TABLE.index.memory_usage(deep=False))),
    "times": (pd.date_range("2024", periods=9), 72),
    "categories": (TABLE.c.array, int(TABLE.c.array.nbytes)),
    "text": ("x" * 10**6, own("x" * 10**6)),
    "bytes": (bytes(1000), own(bytes(1000))),
    "array.array": (array.array("d", range(1000)), own(array.array("d", range(1000)))),
    "memoryview": (memoryview(bytes(1000))[::2], 500),
    "number": (5, own(5)),
    "nothing": (None, own(None)),
    "list": (FLOATS, own(FLOATS, *FLOATS)),
    "tuple": (Point(ZEROS, 1), own(Point(ZEROS, 1), 1) + 24000),
    "set": ({1000, 2000}, own({1000, 2000}, 1000, 2000)),
    "dict": ({"key": FLOATS}, own({"key": FLOATS}, "key", FLOATS, *FLOATS)),
    "deque": (collections.deque(FLOATS), own(collections.deque(FLOATS), *FLOATS)),
    "twice": ([FLOATS, FLOATS], own([1, 2], FLOATS, *FLOATS)),
    "dates": ([datetime.date(2024, 1, 1)], own([1], datetime.date(2024, 1, 1))),
    "tables": ([TABLE], own([1]) + int(TABLE.memory_usage(deep=False).sum())),
}


@pytest.mark.parametrize("what", KNOWN)
def test_size(what: str) -> None:
    value, size = KNOWN[what]
    assert size_of(value) == Size(size)


def test_sparse_matrices() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.eye(100, format="csr")
    parts = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    assert size_of(matrix) == size_of(matrix.tocsc()) == size_of(sparse.csr_array(matrix)) == Size(parts)
    assert size_of(matrix.todia()) == Size(matrix.data.nbytes + 4)
    coordinates = size_of(matrix.tocoo())
    assert coordinates is not None and coordinates.bytes >= matrix.data.nbytes + 2 * matrix.indices.nbytes
    keys = size_of(matrix.todok())
    assert keys is not None and keys.bytes > 100 * 100


def test_objects_in_arrays_are_not_counted() -> None:
    """Nor are the texts in a table, which may be many: that there is more is said."""
    texts = np.array(["x" * 1000, "y" * 1000], object)
    assert size_of(texts) == Size(16, more=True)
    table = pd.DataFrame({"a": texts.astype(object)}, dtype=object)
    assert size_of(table) == Size(int(table.memory_usage(deep=False).sum()), more=True)
    assert str(size_of(texts)) == "> 16 B"


def test_nothing_is_known_of_most_objects() -> None:
    class Thing:
        data = ZEROS

    unknown = {"thing": Thing(), "class": Thing, "function": print, "module": sys, "lambda": lambda: 0}
    assert sizes(unknown) == ({}, Size(0))
    assert size_of([Thing(), 1.5]) == Size(own([1, 2], 1.5), more=True)


def test_many_objects() -> None:
    """So many are looked at, and no more: in a list, in lists of lists, in many lists, and where all are the same."""
    floats = list(map(float, range(10**5)))
    assert size_of(floats) == Size(own(floats) + IN_ONE * own(0.5), more=True)
    assert size_of(floats[:IN_ONE]) == Size(own(floats[:IN_ONE]) + IN_ONE * own(0.5))
    assert size_of([0.5] * 10**8) == Size(own([0.5] * 10**8) + own(0.5), more=True)
    nested: list[object] = []
    for _ in range(10**5):
        nested = [nested]
    deep = size_of(nested)
    assert deep == Size((IN_ONE + 1) * own([1]), more=True)
    each = sizes({str(name): floats[:IN_ONE] for name in range(100)}).each
    looked_at = sum(size.bytes - own(floats[:IN_ONE]) for size in each.values()) // own(0.5)
    assert 0.9 * IN_ALL < looked_at <= IN_ALL


def test_what_is_large_is_found_behind_what_is_many() -> None:
    found = size_of({"numbers": list(map(float, range(10**5))), "array": ZEROS})
    assert found is not None and found.more and found.bytes > 800_000 + 24000


def test_small_containers_leave_their_share_to_large_ones() -> None:
    small = {f"a{number}": [number] for number in range(100)}
    assert sizes({**small, "large": list(map(float, range(IN_ONE)))}).each["large"].more is False


def test_container_in_itself() -> None:
    ring: list[object] = [1.5]
    ring.append(ring)
    assert size_of(ring) == Size(own(ring, 1.5))


def test_total_counts_once_what_is_held_twice() -> None:
    found = sizes({"a": ZEROS, "b": ZEROS, "c": [ZEROS], "d": (ZEROS, 1.5)})
    assert found.each["c"].bytes > 24000
    assert found.total == Size(24000 + own([1], (1, 2), 1.5))
    assert sizes({"a": 1.5, "b": [object()]}).total == Size(own(1.5, [1]), more=True)
    assert sizes({}) == ({}, Size(0))


def test_a_view_is_counted_beside_its_array() -> None:
    assert sizes({"a": ZEROS, "b": ZEROS[:500]}).total == Size(36000)


def hostile(called: list[str]) -> dict[str, object]:
    """Objects whose classes have all that could be asked, and note it."""

    def noting(name: str) -> Any:
        def method(self: object, *arguments: object, **keywords: object) -> Any:
            called.append(name)
            raise SystemExit(name)

        return method

    names = "__len__ __sizeof__ __iter__ __getattribute__ __eq__ __hash__ __bool__ __index__ items keys memory_usage"
    methods = {name: noting(name) for name in names.split()}
    asked = {name: property(noting(name)) for name in ("nbytes", "__class__", "__dict__", "dtype", "size", "_mgr")}
    meta = type("Meta", (type,), {name: noting(name) for name in ("__hash__", "__eq__", "__instancecheck__")})
    plain = meta("Plain", (), methods | asked)
    text = meta("Text", (str,), methods | asked)
    items = meta("Items", (list,), methods | asked)
    named = meta("Named", (dict,), methods | asked)
    numbers = meta("Numbers", (np.ndarray,), methods | asked)
    table = type("Table", (pd.DataFrame,), {"memory_usage": noting("memory_usage"), "items": noting("items")})
    value: Any = object.__new__(plain)
    found = {
        "plain": value,
        "text": str.__new__(text, "abc"),
        "items": list.__new__(items),
        "named": dict.__new__(named),
        "numbers": np.ndarray.__new__(numbers, (10,)),
        "table": table({"a": [1, 2, 3]}),
    }
    list.append(found["items"], value)
    dict.__setitem__(found["named"], 1.5, value)
    return found


def test_no_code_of_the_users_runs() -> None:
    called: list[str] = []
    values = hostile(called)
    called.clear()  # what making them has called
    found = sizes(values).each
    assert called == []
    assert "plain" not in found and found["items"].more and found["named"].more
    assert found["numbers"] == Size(80)
    assert found["table"] == Size(24 + int(pd.RangeIndex(3).memory_usage()))
    assert found["text"].bytes >= own("abc")


def test_what_can_not_be_measured_ends_nothing() -> None:
    released = memoryview(b"abc")
    released.release()
    found = sizes(
        {"a": 1.5, "released": released, "in a list": [released], "half made": pd.DataFrame.__new__(pd.DataFrame)}
    )
    assert found.each == {"a": Size(own(1.5)), "in a list": Size(own([1]), more=True)}


def test_no_library_is_imported() -> None:
    code = "import sys, gshell.shell.sizes as s; s.sizes({'a': [1]}); print({*sys.modules} & {'numpy', 'pandas'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_whos(shell: GShell) -> None:
    shell.run("import numpy as np; a = np.zeros(10**6); b = a; n = 5; objects = [object()]")
    shell.run("class H:\n    def __len__(self): raise SystemExit\n    __sizeof__ = __len__\n\n")
    shell.run("h = H()")
    lines = shell.run("whos").splitlines()
    assert lines[0] == "Variable   Type         Size   Data/Info"
    table = {line.split()[0]: line for line in lines[2:-1]}
    assert table["a"] == "a          ndarray   8.00 MB   1000000: 1000000 elems, type `float64`"
    assert table["n"] == "n          int          28 B   5"
    assert table["objects"] == "objects    list       > 48 B   n=1"
    assert table["h"].startswith("h          H                   <")
    assert lines[-1] == "7 variables, > 8.00 MB"
    assert shell.run("whos int").splitlines()[-1] == "1 variable, 28 B"

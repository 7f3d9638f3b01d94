"""Which library to pickle with: cloudpickle, dill, and what gshell makes of cloudpickle, on a table of kinds of values.

python -m benchmarks.kinds

Each has the values of a kind in one pickle, and reads them again; an expression tells whether they are the same.  (In
tests/test_kept_kinds.py gshell's are read in another process.  Here a class is one and the same, and what it knows of
its objects is replaced: that is the one that differs.)  Then the time for a million objects of Python's.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import cloudpickle
import dill

from gshell.survival.pickling import dump, load
from tests.kinds_of_values import KEPT, LEFT_OUT
from tests.test_kept_kinds import common

OBJECTS = 1_000_000

Again = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""Pickles values that were made in some names, and reads them."""


def by_gshell(values: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """As snapshots do."""
    file = BytesIO()
    found = dump(list(values.values()), file, {"names": names}, {id(value) for value in values.values()})
    fresh = {name: value for name, value in names.items() if name not in values}
    file.seek(0)
    buffers = [memoryview(bytearray(each.raw())) for each in found.buffers]
    fresh.update(zip(values, load(file, buffers, {"names": fresh}), strict=True))
    return fresh


def by(library: Any) -> Again:
    """As the library does."""
    return lambda values, names: {**names, **library.loads(library.dumps(values, protocol=5))}


LIBRARIES: dict[str, Again] = {"gshell": by_gshell, "cloudpickle": by(cloudpickle), "dill": by(dill)}


def outcome(code: str, expression: str, again: Again) -> str:
    """What becomes of a kind of values."""
    with tempfile.TemporaryDirectory() as directory:
        names = common(Path(directory))
        before = set(names)
        exec(code, names)
        values = {name: value for name, value in names.items() if name not in before and name != "__builtins__"}
        try:
            read = again(values, names)
            wanted = repr(eval(expression, names)) if expression else ""
            return "the same" if expression and repr(eval(expression, read)) == wanted else "another one"
        except BaseException:  # SystemExit, too
            return "an error"


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    os.environ["MPLBACKEND"] = "agg"
    for library, again in LIBRARIES.items():
        kept = {kind: outcome(*row, again) for kind, row in KEPT.items()}
        left = Counter(outcome(code, "", again) for kind, (code, _) in LEFT_OUT.items() if "names" not in kind)
        counts = ", ".join(f"{count} {what}" for what, count in Counter(kept.values()).most_common())
        print(
            f"kinds, {library:11} of {len(kept)}: {counts}; of those that can't be kept: {left['an error']} are errors"
        )
        if wrong := [kind for kind, what in kept.items() if what != "the same"]:
            print(f"kinds,   {'; '.join(wrong)}")
    words = [(str(i), i) for i in range(OBJECTS)]
    for name, dumps in (("pickle", pickle.dumps), ("cloudpickle", cloudpickle.dumps), ("dill", dill.dumps)):
        begin = time.perf_counter()
        dumps(words, protocol=5)
        print(f"kinds, a million tuples, {name}: {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()

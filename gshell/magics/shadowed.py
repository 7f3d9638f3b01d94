"""Functions of Python's that pylab's names shadow: `sum`, `any` and `all` are numpy's, and know no generators.

numpy takes a generator, a set or a dictionary's values for one object: `all(x > 3 for x in y)` is always true, and
`sum(len(x) for x in y)` an error.  Who writes that means Python's own, and gets that; and a line, once, that says so.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Iterator, Mapping, MappingView, Set
from typing import Any

SHADOWED = ("sum", "any", "all")


def both(name: str, numpys: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is numpy's for what numpy understands, and Python's own of this name for the rest."""
    own: Callable[..., Any] = getattr(builtins, name)
    told: list[str] = []

    @functools.wraps(numpys)
    def function(*args: Any, **options: Any) -> Any:
        if not args or options.keys() - {"start"} or not _is_meant(*args):
            return numpys(*args, **options)
        if not told:
            told.append(name)
            kind = type(args[0]).__name__
            print(f"{name} is numpy's here (--pylab), and Python's own for a {kind}: builtins.{name}", file=sys.stderr)
        return own(*args, **options)

    return function


def _is_meant(values: object, start: object = 0, *others: object) -> bool:
    """Whether Python's own function is meant: numpy has one value of this, or no axis of that."""
    return not others and (isinstance(values, (Iterator, Set, Mapping, MappingView)) or isinstance(start, list))

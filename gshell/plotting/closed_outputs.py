"""Values of `Out` that keep a closed figure in memory.

`plot(x)` at the prompt shows a list of lines, and `Out` remembers it: the lines know their axes, the axes their figure,
and the figure its last picture, some megabytes for every one that was ever shown and closed again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import islice
from typing import Any

import numpy as np
from matplotlib.figure import Figure

DEPTH = 4
"""Steps that are followed: plt.hist() gives a tuple with a container of patches; these have axes, and they a figure."""
WIDTH = 100
"""Elements of a collection that are looked at: what matplotlib returns belongs to one figure, and data may be large."""
_LINKS = ("_parent_figure", "figure", "_axes", "axes", "ax", "parent", "_fig")
"""Attributes by which what matplotlib makes knows where it belongs: artists (also those that were cleared away, such as
a legend), colour bars, widgets, animations."""


def is_of(value: object, figures: Container[Any], depth: int = DEPTH) -> bool:
    """Whether `value` is one of the figures, or is a part of one, or a collection with such a part.  In the worker."""
    if isinstance(value, Figure):
        return value in figures
    return depth > 0 and any(is_of(part, figures, depth - 1) for part in _parts(value))


def _parts(value: object) -> Iterable[object]:
    if type(value).__module__.startswith(("matplotlib.", "mpl_toolkits.")) and hasattr(value, "__dict__"):
        known = vars(value)
        yield from (known[name] for name in _LINKS if name in known)
    if isinstance(value, np.ndarray):
        yield from islice(value.flat, WIDTH if value.dtype == object else 0)
    elif isinstance(value, dict):
        yield from islice(value.values(), WIDTH)
    elif isinstance(value, (list, tuple)):
        yield from islice(value, WIDTH)

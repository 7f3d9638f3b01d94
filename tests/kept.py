"""Parameters of which make test takes a few, and make stress all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def few(names: Iterable[object], *kept: object) -> list[object]:
    """The `names` for parametrize(), those that are not `kept` marked for make stress: their kind has a test without.

    Raises ValueError if a kept one is not among them.
    """
    given = list(names)
    if unknown := set(kept) - set(given):
        raise ValueError(f"no parameters: {', '.join(sorted(map(str, unknown)))}")
    return [name if name in kept else pytest.param(name, marks=pytest.mark.stress) for name in given]

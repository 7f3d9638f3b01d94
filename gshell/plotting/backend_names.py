"""The names of matplotlib's backends, and what users call them."""

from __future__ import annotations

from gshell.gui.choose import OTHER_NAMES, TOOLKITS, is_meant

_OTHER_SPELLINGS = {"osx": "macosx", "gui": "auto"}

BACKENDS = ("auto", "agg", "pdf", "svg", *TOOLKITS, *OTHER_NAMES, "osx")
"""Names that backend_of() takes, and matplotlib."""


def backend_of(wanted: str) -> str:
    """matplotlib's backend for a toolkit as a user calls it; `wanted` itself if that is something else."""
    names = [name for name in TOOLKITS if is_meant(wanted, name)]
    return TOOLKITS[names[0]].backends.split()[0] if names else _OTHER_SPELLINGS.get(wanted, wanted)

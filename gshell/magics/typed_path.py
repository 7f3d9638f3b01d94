"""Paths as users type them."""

from __future__ import annotations

import os
import re


def expand(name: str) -> str:
    """A path as the user has typed it: with `~`, `$HOME`, and perhaps in quotes."""
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    path = os.path.expandvars(os.path.expanduser(name))
    return path if os.path.exists(path) else re.sub(r"\\(.)", r"\1", path)  # as completion escapes it

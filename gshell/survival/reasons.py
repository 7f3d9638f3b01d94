"""Why a value can't be kept, or restored: in a line, whatever the user's exceptions are like."""

from __future__ import annotations

import sys
from importlib import metadata

LONGEST = 200
"""Characters of what an exception says."""


def reason(error: BaseException, *plain: type[BaseException]) -> str:
    """What an exception says; with its type, unless it is one of the `plain` ones.  Raises nothing."""
    if isinstance(error, MemoryError):
        return "there was not enough memory"
    try:
        text = str(error).strip().partition("\n")[0][:LONGEST]
    except BaseException:  # the user's code
        text = ""
    return text if text and isinstance(error, plain) else f"{type(error).__name__}: {text}".rstrip(": ")


def package_version(package: str) -> str:
    """The version of a package that is loaded; empty for what has none, as the standard library.  Raises nothing."""
    if package in sys.stdlib_module_names or package == "__main__":
        return ""
    try:
        found = getattr(sys.modules.get(package), "__version__", None)
        return found if isinstance(found, str) else metadata.version(package)
    except Exception:  # no package of this name, or its metadata are broken, or a module of the user's is
        return ""

"""Whose code a file holds: the user's, a library's, or the shell's own.

The one place that decides it, for tracebacks, the debugger, `%autoreload`, the status key and the SIGINT handler.  That
last one asks in the middle of anybody's code, so the answer is made of string comparisons only: nothing is imported,
opened, or looked up.

Two ways were not taken.  `sysconfig.get_path("purelib")` knows one directory for packages, but there may be several: a
venv made with --system-site-packages, ~/.local, Debian's dist-packages.  And the prefix of the interpreter says too
much: a venv, and with it the user's project, may be anywhere, also below the directory that Python is installed in.
So a library is what lies in the directory of the standard library, or below a directory that has the name of one
for packages.  What is installed with `pip install --editable` lies in neither: it is the user's, who edits it.
"""

from __future__ import annotations

import os

_OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_STDLIB = os.path.join(os.path.dirname(os.__file__), "")
_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_FROZEN = "<frozen "
"""How the names begin of the standard library's files whose code is in the interpreter itself."""


def is_own(filename: str) -> bool:
    """Whether a file is one of the shell's, wherever that is installed.  From any thread."""
    return filename.startswith(_OWN)


def is_library(filename: str) -> bool:
    """Whether a file is of the standard library, or of an installed package that is not the shell.  From any thread."""
    if filename.startswith((_STDLIB, _FROZEN)):
        return not is_own(filename)
    return any(packages in filename for packages in _PACKAGES) and not is_own(filename)


def is_users(filename: str) -> bool:
    """Whether a file (a cell, a script, a module) is the user's.  From any thread."""
    return not (is_own(filename) or is_library(filename))

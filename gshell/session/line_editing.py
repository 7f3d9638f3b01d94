"""What edits the line that input() reads."""

from __future__ import annotations

import sys
from contextlib import suppress

from gshell.streams import is_terminal


def load_line_editing() -> None:
    """Have input() know the cursor keys and a history, as at Python's own prompt.  Before a toolkit is loaded.

    A graphics driver (Mesa, by way of LLVM) may bring libedit along, which has functions of the same names.  Whatever
    is loaded first, is found by both: readline would do nothing any more.
    """
    if is_terminal(sys.stdin):
        with suppress(ImportError):  # not every Python has it
            import readline  # noqa: F401

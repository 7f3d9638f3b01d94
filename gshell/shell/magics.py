"""Magic commands: functions that take the rest of their line as text."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

Magic = Callable[["Shell", str], Any]

magics: dict[str, Magic] = {}


class UsageError(Exception):
    """A magic was used wrongly; the message is all that the user needs to see."""


def magic(name: str) -> Callable[[Magic], Magic]:
    """Register a function as the magic command `name`.  Its docstring is its help."""

    def register(function: Magic) -> Magic:
        magics[name] = function
        return function

    return register


def call_magic(shell: Shell, name: str, line: str) -> Any:
    """Run the magic `name`.  In the worker.  Raises UsageError for a name that there is not."""
    function = magics.get(name)
    if function is None:
        close = [f"%{other}" for other in difflib.get_close_matches(name, magics)]
        raise UsageError(f"no magic %{name}" + (f"; did you mean {' or '.join(close)}?" if close else ""))
    return function(shell, line)

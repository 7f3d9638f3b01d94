"""The magics of one shell: which there are, what they remember, and how one is called."""

from __future__ import annotations

import difflib
from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from gshell.magics.expansion import expand
from gshell.magics.registry import Given, Magic, magics
from gshell.magics.visited import Visited
from gshell.shell.errors import UsageError
from gshell.threads.protection import protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

T = TypeVar("T")

BESIDE = ("debug", "down", "go", "hold", "stop", "then", "up", "watch", "where")
"""What is typed with a % at the prompt beside a running command, and is no magic there."""


class SessionMagics:
    """The magics of a shell: all that are registered, and the aliases that the user has made in it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._states: dict[type, Any] = {}

    def state(self, kind: type[T]) -> T:
        """The one object of this class that the shell has, made when it is first asked for.  From any thread."""
        if kind not in self._states:
            self._states.setdefault(kind, kind())  # the first that is made, if two threads ask
        state: T = self._states[kind]
        return state

    def names(self) -> Mapping[str, object]:
        """What the magics have in the user's namespace."""
        return {"_dh": self.state(Visited).directories}

    @protected
    def known(self) -> Mapping[str, Magic]:
        """All magics by their names.  From any thread.

        The shell's own are imported when somebody first asks: the prompt does not wait for them.
        """
        from gshell.magics import builtin  # noqa: F401
        from gshell.magics.aliases import Aliases

        return ChainMap(magics, self.state(Aliases).magics)

    def call(self, name: str, line: str, body: str | None, names: Mapping[str, Any]) -> Any:
        """Run the magic `name`, with the rest of its line and the cell after it.  In the worker, as the user's code.

        `names` are those that `$name` in the line may mean.  Raises UsageError for a name that there is not, or a wrong
        option.
        """
        known = self.known()
        magic = known.get(name)
        if magic is None:
            fitting = [other for other, each in known.items() if (each.line if body is None else each.cell)]
            raise _unknown(name, fitting, "%" if body is None else "%%")
        if body is None and not magic.line:
            raise UsageError(f"%%{name} is for a cell: its code is in the lines after it")
        if body is not None and not magic.cell:
            raise UsageError(f"%{name} is for a line; there is no %%{name}")
        options, rest = magic.parse(line if magic.verbatim else expand(line, names))
        return magic.function(self._shell, Given(options, rest, body))


def _unknown(name: str, fitting: list[str], mark: str) -> UsageError:
    if name in BESIDE:
        return UsageError(
            f"%{name} is for the prompt beside a running command: Ctrl-G, or what the setting beside_key says"
        )
    close = [each if each.startswith("!") else f"{mark}{each}" for each in difflib.get_close_matches(name, fitting)]
    return UsageError(f"no magic {mark}{name}" + (f"; did you mean {' or '.join(close)}?" if close else ""))

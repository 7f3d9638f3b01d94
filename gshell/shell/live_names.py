"""The names of the script that was run last: its functions and threads see what they are at the prompt, and it theirs.

A script runs in names of its own, as `python script.py` does, and has them afterwards: its functions look there.  The
prompt has names, too.  So what one of the two has changed is brought to the other, before each statement of a cell and
after it: in `running = False; thread.join()` a thread that the script has left running sees that.  It is what one
knows of `python -i script.py`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from gshell.shell.namespace import is_shells_name
from gshell.threads.protection import protected

_OF_MODULE = ("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__builtins__", "__file__")
_MISSING = object()


class LiveNames:
    """Connects the names of one script, the last that was run, with others.  In the worker."""

    def __init__(self) -> None:
        self._script: dict[str, Any] = {}
        self._names: dict[str, Any] = {}
        self._seen: dict[str, Any] = {}  # what both have last been the same

    @protected
    def connect(self, script: ModuleType, names: dict[str, Any]) -> None:
        """Put a script's names into `names`; these two are connected from now on, and the script before no more."""
        self.store()
        self._script, self._names = vars(script), names
        self._seen = {name: value for name, value in self._script.items() if is_for_both(name)}
        names.update(self._seen)

    @property
    def script(self) -> dict[str, Any]:
        """The script's names; empty if there was none.  From any thread."""
        return self._script

    @property
    def connected(self) -> bool:
        """Whether there are such names."""
        return bool(self._seen)

    def exchange(self, _: object = None) -> None:
        """A cell begins, has come to its next statement, or has ended."""
        self.store()
        self.fetch()

    @protected
    def fetch(self) -> None:
        """What runs next has what the script's own code has changed, unless it was changed at the prompt too."""
        for name, value in list(self._script.items()):
            known = self._seen.get(name, _MISSING)
            if value is not known and is_for_both(name) and self._names.get(name, _MISSING) is known:
                self._names[name] = self._seen[name] = value

    @protected
    def store(self) -> None:
        """The script's code has what a statement has changed."""
        for name, known in list(self._seen.items()):
            value = self._names.get(name, _MISSING)
            if value is _MISSING:
                del self._seen[name]
                self._script.pop(name, None)
            elif value is not known:
                self._script[name] = self._seen[name] = value


def is_for_both(name: str) -> bool:
    """Whether a name of a script's is the prompt's, too: not if it is one of the shell's own there (`for _ in ...`)."""
    return name not in _OF_MODULE and not is_shells_name(name)

"""What a cell's last expression shows: `Out[n]`, and `_`, `__`, `___`."""

from __future__ import annotations

import sys
from typing import Any


class Display:
    """The session's sys.displayhook."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.number = 0
        """The number of the cell that runs."""
        self.outputs: dict[int, Any] = {}
        self._namespace = namespace
        namespace["Out"] = self.outputs

    def __call__(self, value: object) -> None:
        """Show a value and remember it.  In the worker, as part of the user's code: `repr` is theirs."""
        if value is None:
            return
        text = repr(value)
        if not isinstance(text, str):  # repr() sees to that; a replaced builtins.repr need not
            text = object.__repr__(value)
        prefix = f"Out[{self.number}]: "
        sys.stdout.write(prefix + ("\n" if "\n" in text else "") + text + "\n")
        names = self._namespace
        names["___"], names["__"], names["_"] = names.get("__"), names.get("_"), value
        names[f"_{self.number}"] = self.outputs[self.number] = value

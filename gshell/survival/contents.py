"""What a session consists of, as far as it can be kept: names and values in a few spaces, and some facts."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gshell.survival.pickling import Spaces

NAMES, SCRIPT, OUT, FIGURES, RANDOM, SHELL = "names", "script", "Out", "figures", "random", "shell"
"""The spaces: the names of the prompt; those of a script that runs, or was run last; values that were shown, by the
numbers of their cells; figures by theirs; random states by the modules that have them; what the shell remembers."""


@dataclass(frozen=True)
class Contents:
    """The values of a session, by space and name."""

    values: Mapping[str, Mapping[str, object]]
    live: Spaces
    """The names in which functions live."""
    inputs: Sequence[str]
    """The cells that were typed."""
    figures: Sequence[int | str] = ()
    """The numbers of the open figures, the current one last."""

    def made(self, name: str) -> list[str]:
        """The cells in which a variable was assigned, defined or imported, as far as one can see."""
        return [text for text in self.inputs if _assigns(text, name)]


def _assigns(text: str, name: str) -> bool:
    if name not in text:
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it has a magic, or is no Python at all
        return re.search(rf"\b{re.escape(name)}\s*=(?!=)", text) is not None
    return any(_binds(each, name) for each in ast.walk(tree))


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0]) == name
    return False


# Random states: of the standard library, and of NumPy's old functions.  Generators of the user's own are values.


def random_states() -> dict[str, object]:
    """The states of those generators that everybody shares, as far as they are loaded.  From any thread."""
    states: dict[str, object] = {}
    for name, (module, get, _) in _GENERATORS.items():
        try:
            states[name] = getattr(sys.modules[module], get)()
        except Exception:  # it is not loaded, or a module of the user's has its name
            continue
    return states


def set_random_states(states: Mapping[str, Any]) -> None:
    """Go on where they were.  In the worker."""
    for name, (module, _, set_) in _GENERATORS.items():
        try:
            if name in states:
                getattr(importlib.import_module(module), set_)(states[name])
        except Exception:  # it has changed since
            continue


_GENERATORS = {
    "random": ("random", "getstate", "setstate"),
    "numpy": ("numpy.random", "get_state", "set_state"),
}

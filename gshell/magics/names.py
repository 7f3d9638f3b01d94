"""The user's names: `who`, `whos`, `reset`, `xdel`."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from gshell.magics.inspecting import text_of, type_name
from gshell.magics.registry import Given, magic, magics
from gshell.magics.visited import Visited
from gshell.shell.attempt import attempt
from gshell.shell.errors import UsageError
from gshell.shell.sizes import sizes
from gshell.streams import show
from gshell.threads.protection import protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

WIDTH = 60
"""Characters of a value that %whos shows."""

_OUTPUT = re.compile(r"_+|_\d+|_exit_code")


@magic("who_ls", "[TYPE...]")
def who_ls(shell: Shell, given: Given) -> list[str]:
    """The names of the user's variables, as a sorted list; only those of the TYPEs if any are given (`int ndarray`)."""
    types = given.rest.split()
    return [name for name in shell.names.users() if not types or type_name(shell.namespace[name]) in types]


@magic("who", "[TYPE...]")
def who(shell: Shell, given: Given) -> None:
    """List the user's variables; only those of the TYPEs if any are given (`int ndarray`)."""
    names = who_ls(shell, given)
    show(_columns(names) if names else _none(given.rest))


@magic("whos", "[TYPE...]")
def whos(shell: Shell, given: Given) -> None:
    """List the user's variables, as %who does, with their types, what they take of the memory, and what they hold.

    `> 1.20 MB`: that and more, as not all was looked at.  A container takes what is in it, a view of an array what it
    shows.  No size: nothing is known of such objects.  The last line is the total, in which what several variables
    hold is counted once.
    """
    values = {name: shell.namespace[name] for name in who_ls(shell, given)}
    if not values:
        show(_none(given.rest))
        return
    measured, total = sizes(values)
    rows = [("Variable", "Type", "Size", "Data/Info")]
    for name, value in values.items():
        rows.append((name, type_name(value), str(measured.get(name, "")), _summary(value)))
    names, types, widest = (max(len(row[column]) for row in rows) for column in (0, 1, 2))
    lines = [f"{name:<{names}}   {kind:<{types}}   {size:>{widest}}   {text}" for name, kind, size, text in rows]
    count = f"{len(values)} variable{'s' * (len(values) != 1)}"
    show("\n".join([lines[0], "-" * len(lines[0]), *lines[1:], f"{count}, {total}"]))


def _none(types: str) -> str:
    return f"No variables of type {types}." if types else "The session has no variables yet."


def _columns(names: list[str]) -> str:
    """Names side by side, as `ls` shows files."""
    import shutil

    width = max(map(len, names)) + 2
    across = max(1, shutil.get_terminal_size().columns // width)
    down = -(-len(names) // across)
    return "\n".join("".join(f"{name:<{width}}" for name in names[row::down]).rstrip() for row in range(down))


def _summary(value: Any) -> str:
    """What a variable holds, in a line."""
    text = attempt(lambda: _shape(value), "") or text_of(value, WIDTH * 3)
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 4]} ..."


def _shape(value: Any) -> str:
    """The size of a table, an array or a container; empty for anything else."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and isinstance(value, numpy.ndarray):
        shape = "x".join(map(str, value.shape)) or "scalar"
        return f"{shape}: {value.size} elems, type `{value.dtype}`"
    if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series)):
        return f"shape: {value.shape}"
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return f"n={len(value)}"
    return ""


@magic("reset", "[-f] [-s] [in] [out] [dhist] [array]")
def reset(shell: Shell, given: Given) -> None:
    """Delete the user's variables, and what `In` and `Out` remember.

    -f: without asking; -s: `In` and `Out` stay.  With `in`, `out`, `dhist` or `array` only what was typed, the
    values, the directories or NumPy's arrays.
    """
    parts = given.rest.lower().split()
    wrong = [part for part in parts if part not in ("in", "out", "dhist", "array")]
    if wrong:
        raise magics["reset"].error(f"what is {wrong[0]}?")
    if "-f" not in given.options and not _agrees("Variables can't be recovered. Delete them (y/[n])? "):
        show("Nothing done.")
        return
    if not parts:
        _delete(shell, shell.names.users())
    if "array" in parts:
        numpy = sys.modules.get("numpy")
        _delete(shell, [name for name in shell.names.users() if numpy and _is(shell, name, numpy.ndarray)])
    if "out" in parts or (not parts and "-s" not in given.options):
        _forget_outputs(shell)
    if "in" in parts or (not parts and "-s" not in given.options):
        inputs = shell.namespace.get("In")
        if isinstance(inputs, list):
            inputs[:] = [""] * len(inputs)  # they keep their numbers
    if "dhist" in parts:
        shell.magics.state(Visited).directories.clear()


def _is(shell: Shell, name: str, kind: type) -> bool:
    return isinstance(shell.namespace.get(name), kind)


@magic("reset_selective", "[-f] REGEX")
def reset_selective(shell: Shell, given: Given) -> None:
    """Delete the user's variables that a regular expression matches somewhere (`^x`: those that begin with an x).

    -f: without asking.
    """
    if not given.rest:
        raise magics["reset_selective"].error("which names?")
    try:
        pattern = re.compile(given.rest)
    except re.error as error:
        raise UsageError(f"{given.rest} is not a regular expression: {error}") from None
    names = [name for name in shell.names.users() if pattern.search(name)]
    if not names:
        show("No variable matches.")
    elif "-f" in given.options or _agrees(f"Delete {', '.join(names)} (y/[n])? "):
        _delete(shell, names)
    else:
        show("Nothing done.")


@magic("xdel", "[-n] NAME")
def xdel(shell: Shell, given: Given) -> None:
    """Delete a variable, and what else the shell knows the same object by: other names, `Out`, `_`.

    -n: only the name, and not what else stands for the object.
    """
    name = given.rest
    if name not in shell.names.users():
        raise UsageError(f"there is no variable {name}" if name else magics["xdel"].error("which variable?").args[0])
    value = shell.namespace[name]
    names = [name] if "-n" in given.options else [other for other, its in shell.namespace.items() if its is value]
    _delete(shell, names)
    if "-n" not in given.options:
        shell.display.forget(lambda other: other is value, last=True)


@protected
def _delete(shell: Shell, names: list[str]) -> None:
    kept = [shell.namespace.pop(name, None) for name in names]
    _let_go(kept)


def _let_go(values: list[Any]) -> None:
    """Drop values when all names are gone: what they have in __del__ finds things in order."""
    values.clear()


@protected
def _forget_outputs(shell: Shell) -> None:
    kept = list(shell.display.outputs.values())
    for name in [name for name in shell.namespace if _OUTPUT.fullmatch(str(name))]:
        kept.append(shell.namespace.pop(name))
    shell.display.clear()
    _let_go(kept)


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False

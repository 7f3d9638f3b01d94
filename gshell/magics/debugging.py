"""`%xmode`, `%tb`: how much a traceback shows; `%debug`, `%pdb`: the debugger."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic
from gshell.shell.errors import UsageError
from gshell.shell.tracebacks import MODES, print_exception

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("xmode", "[plain|context|verbose|minimal]")
def xmode(shell: Shell, given: Given) -> None:
    """Say how much tracebacks show; without a mode, switch to the next one.

    plain: what Python shows.  context: the lines around, too.  verbose: and the values of the variables in them.
    minimal: only what went wrong.
    """
    modes = MODES
    following = modes[(modes.index(shell.settings.tracebacks) + 1) % len(modes)]
    shell.settings.set("tracebacks", _mode(given.rest) or following)
    print("Tracebacks are", shell.settings.tracebacks)


@magic("tb", "[plain|context|verbose|minimal]")
def tb(shell: Shell, given: Given) -> None:
    """Show the last traceback again, in the mode given, or in that of %xmode."""
    mode = _mode(given.rest) or shell.settings.tracebacks
    print_exception(last_exception(), sys.stderr, shell.settings, mode)


@magic("debug", "[statement]", cell=True, verbatim=True)
def debug(shell: Shell, given: Given) -> None:
    """Start the debugger: where the last exception was raised, or with a statement or cell, at its first line.

    It is Python's pdb: `help` there says what it can do, `q` leaves it.
    """
    debugger = shell.commands.breakpoints.debugger()
    source = given.body if given.body is not None else given.rest
    if source.strip():
        debugger.step_through(shell.cells.transform(source), shell.namespace)
    else:
        debugger.look_at(last_exception())


@magic("pdb", "[on|off]")
def pdb(shell: Shell, given: Given) -> None:
    """Say whether the debugger starts by itself after an exception; alone, switch that."""
    words = {"on": True, "1": True, "off": False, "0": False, "": not shell.settings.pdb}
    word = given.rest.strip().lower()
    if word not in words:
        raise UsageError(f"%pdb: on or off, not {given.rest}")
    shell.settings.set("pdb", words[word])
    print("The debugger", "starts" if shell.settings.pdb else "does not start", "after an exception")


def last_exception() -> BaseException:
    """The last exception that was shown.  Raises UsageError if there is none."""
    error = getattr(sys, "last_value", None)
    if not isinstance(error, BaseException):
        raise UsageError("there was no exception yet")
    return error


def _mode(name: str) -> str:
    """The mode that a word means, "" if there is none.  Raises UsageError."""
    name = name.strip().lower()
    if name and name not in MODES:
        raise UsageError(f"no such mode: {name}; there are {', '.join(MODES)}")
    return name

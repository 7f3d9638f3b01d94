"""`%autoreload`, `%aimport`: a module that is edited is used in its new version, without a restart."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gshell.magics.extensions import module_name
from gshell.magics.registry import Given, magic, magics
from gshell.magics.reloading import Reloader
from gshell.own_imports import import_named
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_MODES = {"0": "off", "off": "off", "1": "explicit", "explicit": "explicit", "2": "all", "all": "all"}
_MODES |= {"3": "all", "complete": "all"}


@magic("autoreload", "[now | off | explicit | all]")
def autoreload(shell: Shell, given: Given) -> None:
    """Before each cell, load modules anew whose files have changed.

    all (or 2, or 3): all modules that are not of Python or of an installed library; explicit (1): those that %aimport
    names; off (0): none.  now, or nothing: once, at this moment.  Functions and classes that you hold, decorated ones
    too, and objects made before, get the new code.
    """
    word = given.rest.lower()
    reloader = shell.magics.state(Reloader)
    if word in ("", "now"):
        everything = reloader.all
        reloader.look_at_all(True)
        reloader.before_cell(shell.namespace)
        reloader.note()
        reloader.look_at_all(everything)
        return
    if word not in _MODES:
        raise magics["autoreload"].error(f"what is {given.rest}?")
    reloader.look_at_all(_MODES[word] == "all")
    if _MODES[word] == "off":
        shell.cells.before.ignore(reloader.before_cell)
        shell.cells.after.ignore(reloader.note)
    else:
        reloader.note()
        shell.cells.before.listen(reloader.before_cell)
        shell.cells.after.listen(reloader.note)


@magic("aimport", "[MODULE, ... | -MODULE]", verbatim=True)
def aimport(shell: Shell, given: Given) -> None:
    """Import modules, and have %autoreload look at them; -MODULE: have it not.  Without any: say which."""
    reloader = shell.magics.state(Reloader)
    if not given.rest:
        show("All modules but:" if reloader.all else "Modules:", ", ".join(reloader.named()) or "none")
        return
    for name in given.rest.replace(",", " ").split():
        if name.startswith("-"):
            reloader.exclude(name[1:])
            continue
        try:
            import_named(module_name(name))
        except ModuleNotFoundError as error:
            raise UsageError(str(error)) from None
        reloader.mark(name)
        top = name.partition(".")[0]
        shell.namespace[top] = sys.modules[top]
    reloader.note()

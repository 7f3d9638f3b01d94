"""`%autoreload`, `%aimport`: a module that is edited is used in its new version, without a restart."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.magics.reloading import Reloader
from gshell.magics.session import module_name
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_MODES = {"0": "off", "off": "off", "1": "explicit", "explicit": "explicit", "2": "all", "all": "all"}
_MODES |= {"3": "all", "complete": "all"}


@magic("autoreload", "[now | off | explicit | all]")
def autoreload(shell: Shell, given: Given) -> None:
    """Before each cell, load modules anew whose files have changed.

    all (or 2, or 3): all modules that are not of Python or of an installed library; explicit (1): those that %aimport
    names; off (0): none.  now, or nothing: once, at this moment.  Functions and classes that you hold, and objects made
    before, get the new code.
    """
    word = given.rest.lower()
    reloader = _reloader(shell)
    if word in ("", "now"):
        everything, reloader.all = reloader.all, True
        _before_cell(shell)
        reloader.note()
        reloader.all = everything
        return
    if word not in _MODES:
        raise magics["autoreload"].error(f"what is {given.rest}?")
    reloader.all = _MODES[word] == "all"
    if _MODES[word] == "off":
        _hook(shell, on=False)
    else:
        reloader.note()
        _hook(shell, on=True)


@magic("aimport", "[MODULE, ... | -MODULE]", verbatim=True)
def aimport(shell: Shell, given: Given) -> None:
    """Import modules, and have %autoreload look at them; -MODULE: have it not.  Without any: say which."""
    reloader = _reloader(shell)
    if not given.rest:
        print("All modules but:" if reloader.all else "Modules:", end=" ")
        print(", ".join(sorted(reloader.excluded if reloader.all else reloader.marked)) or "none")
        return
    for name in given.rest.replace(",", " ").split():
        if name.startswith("-"):
            reloader.marked.discard(name[1:])
            reloader.excluded.add(name[1:])
            continue
        try:
            importlib.import_module(module_name(name))
        except ModuleNotFoundError as error:
            raise UsageError(str(error)) from None
        reloader.excluded.discard(name)
        reloader.marked.add(name)
        top = name.partition(".")[0]
        shell.namespace[top] = sys.modules[top]
    reloader.note()


def _reloader(shell: Shell) -> Reloader:
    if shell.reloader is None:
        shell.reloader = Reloader()
    return shell.reloader


def _hook(shell: Shell, *, on: bool) -> None:
    for hooks, function in ((shell.before_cell, _before_cell), (shell.after_cell, _after_cell)):
        if function in hooks:
            hooks.remove(function)
        if on:
            hooks.append(function)


def _before_cell(shell: Shell) -> None:
    for problem in _reloader(shell).reload(shell.namespace):
        print(problem, file=sys.stderr)


def _after_cell(shell: Shell) -> None:
    _reloader(shell).note()

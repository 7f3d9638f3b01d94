"""Commands of the system by a name of their own: `ls`, `cp`, and what the user adds with `alias`."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, Magic, magic, magics
from gshell.magics.system import system
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_LS = "ls -F -G" if sys.platform == "darwin" else "ls -F --color"
_STANDARD = {"ls": _LS, "ll": f"{_LS} -l", "lk": f"{_LS} -l -d", "ldir": f"{_LS} -l -d */"}
_STANDARD |= {name: name for name in ("cat", "less", "more", "man", "mkdir", "rmdir")}
_STANDARD |= {name: f"{name} -i" for name in ("cp", "mv", "rm")}

_PLACE = re.compile(r"%%s|%s")

aliases: dict[str, str] = {}
"""The command of each."""


def define(name: str, command: str) -> None:
    """Make `name` a magic that runs a command of the system.  Raises UsageError."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise UsageError(f"{name} can't be the name of an alias")
    if name in magics and name not in aliases:
        raise UsageError(f"{name} is a magic; an alias needs another name")

    def run(shell: Shell, given: Given) -> None:
        system(shell, Given({}, _filled(name, command, given.rest)))

    run.__doc__ = f"Run `{command}` in the system's shell."
    magics[name] = Magic(name, "[arguments]", run, command=True)
    aliases[name] = command


def _filled(name: str, command: str, line: str) -> str:
    """The command with its arguments: each in the place of a %s, or all in that of %l; the rest at its end."""
    if "%l" in command:
        return command.replace("%l", line)
    count = _PLACE.findall(command).count("%s")
    words = line.split(None, count)
    if len(words) < count:
        raise UsageError(f"{name} needs {count} argument{'s' * (count != 1)}: {command}")
    given = iter(words)
    filled = _PLACE.sub(lambda place: next(given) if place[0] == "%s" else "%s", command)
    return " ".join([filled, *given])


@magic("alias", "[NAME [COMMAND]]", verbatim=True)
def alias(shell: Shell, given: Given) -> None:
    """Give a command of the system a name: `alias gs git status`.  Without a command: say what there is.

    What is typed after the name is put at the command's end; or word by word where it has %s, or all of it where it
    has %l.  (%%s is a %s for the command.)
    """
    name, _, command = given.rest.partition(" ")
    command = command.strip()
    if command:
        define(name, command)
        return
    if name and name not in aliases:
        raise UsageError(f"there is no alias {name}")
    width = max(map(len, aliases), default=0)
    for each in [name] if name else sorted(aliases):
        print(f"{each:<{width}}  {aliases[each]}")


@magic("unalias", "NAME")
def unalias(shell: Shell, given: Given) -> None:
    """Forget an alias."""
    if given.rest not in aliases:
        raise UsageError(f"there is no alias {given.rest}")
    del magics[given.rest], aliases[given.rest]


for _name, _command in _STANDARD.items():
    define(_name, _command)

"""Commands of the system by a name of their own: `ls`, `cp`, and what the user adds with `alias`."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, Magic, magic, magics
from gshell.magics.system import system
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_LS = "ls -F -G" if sys.platform == "darwin" else "ls -F --color"
_STANDARD = {"ls": _LS, "ll": f"{_LS} -l", "lk": f"{_LS} -l -d", "ldir": f"{_LS} -l -d */"}
_STANDARD |= {name: name for name in ("cat", "less", "more", "man", "mkdir", "rmdir")}
_STANDARD |= {name: f"{name} -i" for name in ("cp", "mv", "rm")}

_PLACE = re.compile(r"%%s|%s")


class Aliases:
    """The aliases of a session: the shell's own, and what the user has added."""

    def __init__(self) -> None:
        self.commands: dict[str, str] = {}
        """The command of each."""
        self.magics: dict[str, Magic] = {}
        """The magic that runs it.  A magic that is registered comes before one of the same name here."""
        for name, command in _STANDARD.items():
            self._add(name, command)

    def define(self, name: str, command: str) -> None:
        """Make `name` a magic that runs a command of the system.  Raises UsageError."""
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise UsageError(f"{name} can't be the name of an alias")
        if name in magics and name not in self.commands:
            raise UsageError(f"{name} is a magic; an alias needs another name")
        self._add(name, command)

    def _add(self, name: str, command: str) -> None:
        def run(shell: Shell, given: Given) -> None:
            system(shell, Given({}, _filled(name, command, given.rest)))

        run.__doc__ = f"Run `{command}` in the system's shell."
        self.magics[name] = Magic(name, "[arguments]", run, command=True)
        self.commands[name] = command

    def forget(self, name: str) -> None:
        """Have it no more.  Raises UsageError if it is none."""
        if name not in self.commands:
            raise UsageError(f"there is no alias {name}")
        del self.magics[name], self.commands[name]


def find(shell: Shell, name: str) -> Magic | None:
    """The magic of a name, which may be an alias."""
    return magics.get(name) or shell.magics.state(Aliases).magics.get(name)


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
    aliases = shell.magics.state(Aliases)
    name, _, command = given.rest.partition(" ")
    command = command.strip()
    if command:
        aliases.define(name, command)
        return
    if name and name not in aliases.commands:
        raise UsageError(f"there is no alias {name}")
    width = max(map(len, aliases.commands), default=0)
    for each in [name] if name else sorted(aliases.commands):
        show(f"{each:<{width}}  {aliases.commands[each]}")


@magic("unalias", "NAME")
def unalias(shell: Shell, given: Given) -> None:
    """Forget an alias."""
    shell.magics.state(Aliases).forget(given.rest)

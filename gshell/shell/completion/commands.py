"""Completion in lines that are not Python: magics, their options and arguments, and commands of the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields

from gshell.settings import Settings
from gshell.shell.completion.files import escaped, last_word, paths, programs
from gshell.shell.completion.found import Completion, Found, Magics, Namespace, matching
from gshell.shell.completion.python import python
from gshell.shell.completion.scan import Scan

_COMMAND = re.compile(r"\s*(?:[\w\[\]., ]+=\s*)?(?P<escape>%%?|!)(?P<rest>.*)", re.DOTALL)
_AUTOMAGIC = re.compile(r"\s*(?P<name>[a-zA-Z]\w*)\s(?!\s*(?:[-+*/%&|^@<>]*=(?!=)|,|\(|\[))(?P<rest>.*)", re.DOTALL)
_PATHS = re.compile(r"\b(file|files|path|paths|script|dir|directory|filename|script\.py)\b", re.IGNORECASE)


def command(before: str, seen: Scan, namespace: Namespace, magics: Magics, automagic: bool) -> Found | None:
    """What can follow in a line that is not Python: a magic, or a command of the system."""
    start = before.rfind("\n") + 1
    line = before[start:]
    if any(opened < start for opened in seen.brackets):
        return None
    match = _COMMAND.fullmatch(line)
    if match is not None:
        at = start + match.start("rest")
        if match["escape"] == "!":
            return _system(match["rest"], at)
        if match["escape"] == "%%" and start:
            return None
        return _magic(match["rest"], at, match["escape"] == "%%", namespace, magics)
    match = _AUTOMAGIC.fullmatch(line)
    if match is None or not automagic or "\n" in before.strip("\n"):
        return None
    name = match["name"]
    magic = magics.get(name)
    if magic is None or not magic.line or magic.marked or name in namespace:
        return None
    return _arguments(name, match["rest"], start + match.start("rest"), namespace, magics)


def _magic(typed: str, at: int, cell: bool, namespace: Namespace, magics: Magics) -> Found:
    name, space, rest = typed.partition(" ")
    if space:
        return _arguments(name, rest, at + len(name) + 1, namespace, magics)
    names = [each for each, magic in magics.items() if (magic.cell if cell else magic.line) and each.isidentifier()]
    mark = "%%" if cell else "%"
    found = matching(dict.fromkeys(names), name)
    return Found([Completion(mark + each, at - len(mark), "magic") for each in found])


_DIRECTORIES = ("cd", "pushd")
_FILES = (
    "run",
    "load",
    "edit",
    "save",
    "writefile",
    "logstart",
    "ls",
    "cat",
    "less",
    "more",
    "rm",
    "cp",
    "mv",
    "mkdir",
)


def _arguments(name: str, rest: str, at: int, namespace: Namespace, magics: Magics) -> Found:
    """What can follow the name of a magic."""
    magic = magics.get(name)
    word = (rest[len(rest.rstrip()) :] and "") or rest.split(" ")[-1]
    if magic is not None and word.startswith("-"):
        options = [option for option in magic.options if option.startswith(word)]
        return Found([Completion(option, at + len(rest) - len(word), "option") for option in sorted(options)])
    if name == "config":
        return _setting(rest, at)
    if name in _DIRECTORIES:
        return Found(_paths_in(rest, at, lambda name: False))
    if name == "run":
        scripts = _paths_in(rest, at, lambda name: name.endswith((".py", ".ipy", ".pyw")))
        # Its arguments may be any files.
        return Found(scripts if len(_words(rest)) <= 1 else _paths_in(rest, at))
    if name in _FILES or (magic is not None and _PATHS.search(magic.usage) and not magic.verbatim):
        return Found(_paths_in(rest, at))
    if magic is not None and magic.command:
        return _system(rest, at)
    return python(rest, at, "", namespace, magics)


def _words(rest: str) -> list[str]:
    """The words that are no options."""
    return [word for word in (f"{rest}." if rest[-1:] in (" ", "") else rest).split() if not word.startswith("-")]


def _setting(rest: str, at: int) -> Found:
    names = [each.name for each in fields(Settings) if each.name.startswith(rest)]
    return Found([Completion(name, at, "setting") for name in names])


def _system(line: str, at: int) -> Found:
    word, _, quote = last_word(line)
    command = re.split(r"[|;&]", line)[-1].lstrip()
    if "/" not in word and not quote and not re.search(r"\s", command):
        found = [Completion(name, at + len(line) - len(word), "program") for name in programs(word)] if word else []
        if found:
            return Found(found)
    return Found(_paths_in(line, at))


def _paths_in(line: str, at: int, wanted: Callable[[str], bool] = lambda name: True) -> list[Completion]:
    word, start, quote = last_word(line)
    return [Completion(escaped(name, quote), at + start, "path", name) for name in paths(word, wanted)]

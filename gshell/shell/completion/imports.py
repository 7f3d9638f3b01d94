"""Completion in import statements: modules, and what is in them."""

from __future__ import annotations

import re
import sys
from typing import Any

from gshell.shell.completion import static
from gshell.shell.completion.files import modules
from gshell.shell.completion.found import NOTHING, Completion, Found, matching
from gshell.shell.completion.scan import Scan

_FROM = re.compile(r"\s*from\s+(?P<package>[\w.]*)\Z")
_FROM_IMPORT = re.compile(r"\s*from\s+(?P<package>[\w.]+)\s+import\s+\(?(?:[\w\s,]*[,\s(])?(?P<name>\w*)\Z")
_FROM_WORD = re.compile(r"\s*from\s+[\w.]+\s+(?P<word>\w*)\Z")
_IMPORT = re.compile(r"\s*import\s+(?:[\w\s.,]*,\s*)?(?P<package>[\w.]*)\Z")


def in_import(before: str, offset: int, seen: Scan) -> Found | None:
    """What can follow in an import statement; None if the cursor is in none."""
    opened = seen.brackets[0] if seen.brackets else len(before)
    line = before[max(before.rfind("\n", 0, opened), before.rfind(";", 0, opened)) + 1 :]
    if match := _FROM_IMPORT.fullmatch(line):
        return _members_of(match["package"], match["name"], offset + len(before))
    if match := _FROM_WORD.fullmatch(line):
        word = match["word"]
        found = [Completion("import", offset + len(before) - len(word), "keyword")] if "import".startswith(word) else []
        return Found(found)
    match = _FROM.fullmatch(line) or _IMPORT.fullmatch(line)
    if match is None:
        return None
    package, _, prefix = match["package"].rpartition(".")
    start = offset + len(before) - len(prefix)
    if match["package"].startswith("."):
        return NOTHING
    names = matching(dict.fromkeys(modules(package)), prefix)
    return Found([Completion(name, start, "module") for name in names])


def _members_of(package: str, prefix: str, end: int) -> Found:
    """What can be imported from a module."""
    loaded = sys.modules.get(package)
    names: dict[str, Any] = dict.fromkeys(modules(package), sys)
    if loaded is not None:
        thing = static.known(loaded)
        names |= static.written(static.instance_dict(loaded))
        names |= {name: what for name, what in static.names(thing).items() if name not in names and name[:2] != "__"}
    found = [Completion(name, end - len(prefix), kind) for name, kind in static.kinds(matching(names, prefix))]
    return Found(found, None if loaded is not None else 0)

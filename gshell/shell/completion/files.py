"""Names of files, modules and programs, from the directories that they are in."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.machinery import all_suffixes

MANY = 5000
"""Names of one directory that are looked at."""


def paths(typed: str, wanted: Callable[[str], bool] = lambda name: True) -> list[str]:
    """What the last part of a path may be: directories with a slash at their end, and files that are `wanted`."""
    directory, _, prefix = typed.rpartition("/")
    where = os.path.expanduser(f"{directory}/" if "/" in typed else ".")
    found = []
    for name, is_directory in _listing(where):
        if not name.startswith(prefix) or (name.startswith(".") and not prefix.startswith(".")):
            continue
        if is_directory or wanted(name):
            found.append(name + ("/" if is_directory else ""))
    return sorted(found)


def programs(prefix: str) -> list[str]:
    """The commands that a shell would find."""
    found = set[str]()
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        if directory:
            found.update(name for name, is_dir in _listing(directory) if name.startswith(prefix) and not is_dir)
    return sorted(found)


def modules(package: str = "") -> list[str]:
    """The modules that can be imported, on their own or out of a package, without importing anything.

    May take seconds on a slow file system the first time.
    """
    if not package:
        names = {name for name in (*sys.stdlib_module_names, *list(sys.modules)) if name.isidentifier()}
        return sorted(names.union(*(_modules_in(each) for each in _search_path())))
    loaded = {name.removeprefix(f"{package}.") for name in list(sys.modules) if name.startswith(f"{package}.")}
    found = {name for name in loaded if name.isidentifier()}
    return sorted(found.union(*(_modules_in(each) for each in package_path(package))))


def package_path(package: str) -> list[str]:
    """The directories of a package."""
    loaded = sys.modules.get(package)
    own = object.__getattribute__(loaded, "__dict__").get("__path__") if type(loaded) is type(sys) else None
    if type(own) is list:
        return [each for each in own if type(each) is str]
    parents = _search_path()
    for name in package.split("."):
        parents = [where for each in parents if os.path.isdir(where := os.path.join(each, name))]
    return parents


def _search_path() -> list[str]:
    return [each or "." for each in list(sys.path) if type(each) is str]


def _modules_in(directory: str) -> frozenset[str]:
    try:
        changed = os.stat(directory).st_mtime_ns
    except OSError:
        return frozenset()
    return _read_modules(os.path.abspath(directory), changed)


@lru_cache(maxsize=256)
def _read_modules(directory: str, changed: int) -> frozenset[str]:
    found = set()
    for name, is_directory in _listing(directory):
        if is_directory:
            if name.isidentifier() and os.path.exists(os.path.join(directory, name, "__init__.py")):
                found.add(name)
        else:
            suffix = next((suffix for suffix in all_suffixes() if name.endswith(suffix)), "")
            stem = name.removesuffix(suffix)
            if suffix and stem.isidentifier() and stem != "__init__":
                found.add(stem)
    return frozenset(found)


def _listing(directory: str) -> Iterator[tuple[str, bool]]:
    try:
        with os.scandir(directory) as entries:
            for _, entry in zip(range(MANY), entries, strict=False):
                if not entry.name.isprintable():
                    continue  # it could do anything to the terminal
                try:
                    yield entry.name, entry.is_dir()
                except OSError:
                    yield entry.name, False
    except (OSError, ValueError):
        return


_SPECIAL = re.compile(r"([\s\\'\"$`&|;<>()*?\[\]{}!#])")


def last_word(line: str) -> tuple[str, int, str]:
    """The word of a shell's command line that is being typed.

    Returns the word without its quotes and backslashes, where its last part (behind the last slash) starts, and the
    quote that it is in.
    """
    word, start, quote = "", 0, ""
    at = 0
    while at < len(line):
        letter = line[at]
        if quote and letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
            start = start if word.rpartition("/")[2] else at + 1
        elif letter == "\\" and not quote and at + 1 < len(line):
            at += 1
            word += line[at]
        elif not quote and (letter.isspace() or letter in "|;&<>"):
            word, start = "", at + 1
        else:
            word += letter
            start = at + 1 if letter == "/" else start
        at += 1
    return word, start, quote


def escaped(name: str, quote: str) -> str:
    """A name as it is typed on a shell's command line, in quotes or not."""
    return name if quote else _SPECIAL.sub(r"\\\1", name)

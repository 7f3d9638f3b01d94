"""Directories: `cd`, `pwd`, `pushd`, `bookmark`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.magics.typed_path import expand
from gshell.magics.visited import Visited
from gshell.paths import make_private, read_file, state_dir
from gshell.shell.errors import UsageError, here
from gshell.streams import show
from gshell.threads.protection import protected

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("cd", "[-q] [-b] [DIRECTORY]", command=True)
def cd(shell: Shell, given: Given) -> None:
    """Change the current directory, and print it.

    `cd` goes home, `cd -` where you were before, `cd -3` to the entry 3 of %dhist (negative: `cd --1` counts from its
    end), `cd --part` to the last directory that contains "part", `cd -b NAME` to a bookmark; a bookmark needs no -b
    where no directory has its name.  -q prints nothing.
    """
    target = _target(shell, given)
    go(shell, target)
    if "-q" not in given.options:
        show(here())


def _target(shell: Shell, given: Given) -> str:
    name = given.rest
    if "-b" in given.options:
        return _bookmark(name)
    if name == "-":
        now = _here_if_any()
        before = next((each for each in reversed(shell.magics.state(Visited).directories) if each != now), "")
        if not before:
            raise UsageError("there is no directory before this one")
        return before
    if name.startswith("-") and not os.path.isdir(name):
        return _from_history(shell, name[1:])
    path = expand(name) if name else os.path.expanduser("~")
    if not os.path.isdir(path) and name in bookmarks():
        return _bookmark(name)
    return path


def _from_history(shell: Shell, which: str) -> str:
    try:
        return shell.magics.state(Visited).directories[int(which)]
    except IndexError:
        raise UsageError(f"%dhist has no entry {which}") from None
    except ValueError:
        pass
    part = which.lstrip("-")
    for directory in reversed(shell.magics.state(Visited).directories):
        if part and part in directory:
            return directory
    raise UsageError(f"%dhist has no directory with {part} in its name")


@protected
def go(shell: Shell, path: str) -> None:
    """Make `path` the current directory, and remember it and the one before.  Raises UsageError."""
    before = _here_if_any()
    try:
        os.chdir(path)
    except OSError as error:
        raise UsageError(f"cd: {path}: {error.strerror}") from None
    shell.magics.state(Visited).add(before, here())


def _here_if_any() -> str:
    """The current directory; empty if it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""


@magic("pwd")
def pwd(shell: Shell, given: Given) -> str:
    """The current directory."""
    return here()


@magic("dhist", "[FIRST [LAST]]")
def dhist(shell: Shell, given: Given) -> None:
    """List the directories that you have been in by %cd, with numbers for `cd -NUMBER`."""
    try:
        numbers = [int(word) for word in given.rest.split()]
    except ValueError:
        raise magics["dhist"].error("numbers, please") from None
    entries = list(enumerate(shell.magics.state(Visited).directories))
    if len(numbers) == 1:
        entries = entries[-numbers[0] :]
    elif numbers:
        entries = entries[numbers[0] : numbers[1]]
    for number, directory in entries:
        show(f"{number}: {directory}")


@magic("pushd", "[DIRECTORY]", command=True)
def pushd(shell: Shell, given: Given) -> None:
    """Go to a directory as %cd does, and put the current one on a stack for %popd; without one: to the stack's top."""
    now, stack = here(), shell.magics.state(Visited).stack
    if not given.rest and not stack:
        raise UsageError("the stack is empty")
    go(shell, _target(shell, given) if given.rest else stack.pop(0))
    stack.insert(0, now)
    show(here())


@magic("popd")
def popd(shell: Shell, given: Given) -> None:
    """Go back to the directory that the last %pushd has left."""
    stack = shell.magics.state(Visited).stack
    if not stack:
        raise UsageError("the stack is empty")
    go(shell, stack[0])
    stack.pop(0)
    show(here())


@magic("dirs")
def dirs(shell: Shell, given: Given) -> list[str]:
    """The stack of directories that %popd goes back to."""
    return list(shell.magics.state(Visited).stack)


# Bookmarks.


def _bookmarks_file() -> Path:
    return state_dir() / "bookmarks.json"


def bookmarks() -> dict[str, str]:
    """The bookmarked directories by their names.  Raises UsageError if they can't be read."""
    import json

    path = _bookmarks_file()
    try:
        read = json.loads(read_file(path))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {error}") from None
    return {str(name): str(directory) for name, directory in read.items()} if isinstance(read, dict) else {}


def _bookmark(name: str) -> str:
    known = bookmarks()
    if name not in known:
        raise UsageError(f"there is no bookmark {name}; bookmark -l lists them")
    return known[name]


@protected
def _keep_bookmarks(marks: dict[str, str]) -> None:
    """Write the bookmarks for all sessions; nobody but the user can read them."""
    import json
    import tempfile

    # Where a symlink leads to: the link stays.
    path = Path(os.path.realpath(_bookmarks_file()))
    try:
        make_private(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # 0600
        with open(handle, "w") as file:
            json.dump(marks, file, indent=1)
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(f"the bookmarks can't be kept: {path}: {error.strerror}") from None


@magic("bookmark", "[-l] [-d] [-r] [NAME [DIRECTORY]]")
def bookmark(shell: Shell, given: Given) -> None:
    """Give a directory (the current one) a name for `cd -b NAME`, in all sessions from now on.

    -l lists the names, -d deletes one, -r deletes all.
    """
    words, marks = given.words(), bookmarks()
    if "-l" in given.options:
        width = max(map(len, marks), default=0)
        for name, directory in sorted(marks.items()):
            show(f"{name:<{width}}  {directory}")
    elif "-r" in given.options:
        _keep_bookmarks({})
    elif not words or len(words) > 2:
        raise magics["bookmark"].error("a name, and perhaps a directory")
    elif "-d" in given.options:
        _bookmark(words[0])
        _keep_bookmarks({name: directory for name, directory in marks.items() if name != words[0]})
    else:
        directory = os.path.abspath(expand(words[1])) if len(words) == 2 else here()
        _keep_bookmarks({**marks, words[0]: directory})

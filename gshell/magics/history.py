"""`%history` shows what was typed; `%recall`, `%rerun`, `%save` and `%macro` use it again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TextIO

from gshell.magics.ranges import commands, is_range, put_at_prompt, texts
from gshell.magics.registry import Given, Magic, magic, magics
from gshell.shell.errors import UsageError
from gshell.shell.history import Command
from gshell.shell.macro import Macro
from gshell.shell.transform import with_percent
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

SHOWN = 40
"""Lines of a text that are shown when it is run again."""

_HISTORY = "[-n] [-p] [-o] [-t] [-u] [-g [PATTERN]] [-l COUNT] [-f FILE] [-y] [range...]"
_RECALLING = ("recall", "rep", "rerun", "history", "hist")


@magic("hist", _HISTORY)
@magic("history", _HISTORY)
def history(shell: Shell, given: Given) -> None:
    """Show what was typed in this session, or in ranges: 4, 4-6, ~2/4-6 (two sessions ago), ~8/1-~6/5, ~1/ (all of it).

    -n with numbers; -p with >>> prompts; -o with the values that were shown; -t as the Python that runs;
    -g what is like a pattern (*, ?, [abc]), in all sessions: `%history -g np.load*`; -l the last so many, in all
    sessions too; -u each text once; -f into a file, which may be there already with -y.

    A command that begins with a space is kept for this session only, and not on disk.  What was typed beside a running
    command has no number; -g and the arrow keys find it.
    """
    found = _found(shell, given)
    if "-u" in given.options:
        found = list({command.text: command for command in reversed(found)}.values())[::-1]
    path = given.options.get("-f")
    if path is None:
        _write(shell, found, given)
        return
    with _open(path, "w" if "-y" in given.options else "x", "-y overwrites it") as file:
        _write(shell, found, given, file)
    _say_written(len(found), path)


def _say_written(count: int, path: str) -> None:
    show(f"{count} command{'s' * (count != 1)} written to {path}")


def _found(shell: Shell, given: Given) -> list[Command]:
    """The commands that %history was asked for, without the %history itself."""
    count = _count(magics["history"], given)
    but = shell.display.number
    words = given.words() if "-g" not in given.options else []
    if "-g" in given.options:
        pattern = f"{given.options['-g']} {given.rest}".strip()
        found = [command for command in shell.history.search(pattern) if command.session or command.number != but]
        return found[-count:] if count else found
    for word in words:
        if not is_range(word):
            raise magics["history"].error(f"{word} is no range of commands")
    if words:
        found = [command for word in words for command in commands(shell.history, word, but=but)]
        return found[-count:] if count else found
    return shell.history.last(count, but=but) if count else commands(shell.history, "~0/", but=but)


def _count(usage: Magic, given: Given) -> int:
    """The value of -l, 0 without."""
    text = given.options.get("-l", "")
    if "-l" in given.options and (not text.isdecimal() or not int(text)):
        raise usage.error(f"-l takes a number, not {text}")
    return min(int(text or 0), sys.maxsize)  # all that SQLite takes


def _write(shell: Shell, found: list[Command], given: Given, file: TextIO | None = None) -> None:
    numbers = "-n" in given.options or "-g" in given.options
    width = max((len(command.place) for command in found), default=0)
    for command in found:
        text = shell.cells.transform(command.text).rstrip("\n") if "-t" in given.options else command.text
        if "-p" in given.options:
            text = ">>> " + text.replace("\n", "\n... ")
        if numbers:
            text = f"{command.place:>{width}}: {text}".replace("\n", f"\n{'':{width + 2}}")
        show(text, file=file)
        if "-o" in given.options and not command.session and command.number in shell.display.outputs:
            show(repr(shell.display.outputs[command.number]), file=file)


def _open(path: str, mode: Literal["a", "w", "x"], hint: str) -> TextIO:
    """Open a file to be written.  Raises UsageError, with a hint where it is there and must not be."""
    try:
        return open(os.path.expanduser(path), mode, encoding="utf-8", errors="replace")
    except FileExistsError:
        raise UsageError(f"{path} is there already; {hint}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


_RECALL = "[range, macro, variable or a part of a command]"


@magic("rep", _RECALL)
@magic("recall", _RECALL)
def recall(shell: Shell, given: Given) -> None:
    """Put a text at the next prompt, to be edited.

    Commands (4, 2-5), a macro, a variable, or the last command with that text in it.  Without one: the value that the
    last command has shown, or the command if it has shown none.
    """
    put_at_prompt(shell, "\n".join(_to_recall(shell, given)))


def _to_recall(shell: Shell, given: Given) -> list[str]:
    if not given.rest:
        last = _last(shell, 1)[-1]
        shown = shell.display.outputs
        return [str(shown[last.number]) if not last.session and last.number in shown else last.text]
    words = given.rest.split()
    names = shell.namespace
    if all(is_range(word) or isinstance(names.get(word), str) or type(names.get(word)) is Macro for word in words):
        return texts(shell, words)
    return [_latest(shell, given.rest)]


def _last(shell: Shell, count: int) -> list[Command]:
    found = shell.history.last(count, but=shell.display.number)
    if not found:
        raise UsageError("there is no command yet")
    return found


def _latest(shell: Shell, pattern: str) -> str:
    """The last command like a pattern that is not about the history itself."""
    for command in reversed(shell.history.search(pattern)):
        name = command.text.lstrip(" %").partition(" ")[0]
        if name not in _RECALLING and (command.session or command.number != shell.display.number):
            return command.text
    raise UsageError(f"no command has {pattern} in it")


_RERUN = "[-l COUNT] [-g [PATTERN]] [range or macro...]"


@magic("rerun", _RERUN)
def rerun(shell: Shell, given: Given) -> None:
    """Run commands again.

    A range, a macro, with -l the last so many, with -g the last one like a pattern; without anything the last one.
    Each has a number of its own again, and is shown.  The first that fails is the last.
    """
    count = _count(magics["rerun"], given)
    if "-g" in given.options:
        found = [_latest(shell, f"{given.options['-g']} {given.rest}".strip())]
    elif given.rest:
        found = texts(shell, given.words())
    else:
        found = [command.text for command in _last(shell, count or 1)]
    for text in found:
        show_and_run(shell, text)


def show_and_run(shell: Shell, text: str) -> None:
    """Show a text as if it was typed, and run it as a cell of its own.  In the worker, in a command."""
    prompt = f"In [{shell.cells.next_number}]: "
    lines = text.splitlines() or [""]
    more = len(lines) - SHOWN
    shown = [*lines[:SHOWN], f"({more} more lines)"] if more > 1 else lines
    show(prompt + f"\n{'...: '.rjust(len(prompt))}".join(shown))
    shell.cells.run(text)


@magic("save", "[-a] [-f] file [range...]")
def save(shell: Shell, given: Given) -> None:
    """Write commands into a file, as they were typed: ranges, macros, variables that are texts; or this whole session.

    The name has .py added if it has no ending; `run` takes magics in a file whose name ends in .ipy.  A file that is
    there is neither overwritten (-f does) nor added to (-a does).
    """
    name, *words = given.words() or [""]
    if not name:
        raise magics["save"].error("into which file?")
    if not os.path.splitext(name)[1]:
        name += ".py"
    found = texts(shell, words or ["~0/"])
    mode: Literal["a", "w", "x"] = "a" if "-a" in given.options else "w" if "-f" in given.options else "x"
    with _open(name, mode, "-f overwrites it, -a adds to it") as file:
        file.writelines(f"{with_percent(text, shell.magics, shell.namespace)}\n" for text in found)
    _say_written(len(found), name)


@magic("macro", "[-q] [name range...]")
def macro(shell: Shell, given: Given) -> None:
    """Make a macro of commands: its name alone then runs them again.  Without a name, show which macros there are.

    -q does not show what is in it.  It is a variable: `name.value` is its text, `%edit name` changes it, `del name`
    deletes it.
    """
    name, *words = given.words() or [""]
    if not name:
        show("\n".join(_macros(shell)) or "no macros")
        return
    if not name.isidentifier() or not words:
        raise magics["macro"].error("a name, and which commands?")
    made = shell.namespace[name] = Macro(tuple(texts(shell, words)))
    if "-q" not in given.options:
        show(f"{name} runs:\n{made.value}")


def _macros(shell: Shell) -> Iterator[str]:
    return iter(sorted(name for name, value in shell.namespace.items() if type(value) is Macro))

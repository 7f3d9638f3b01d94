"""What a magic command is: a function with a name, a usage line that says which options it takes, and a docstring.

    @magic("greet", "[-l] [-n TIMES] name")
    def greet(shell, given):
        '''Say hello.'''
        for _ in range(int(given.options.get("-n", 1))):
            print("HELLO" if "-l" in given.options else "hello", given.rest)

The usage line is what help shows, what the completer offers, and how the words after the name are read.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

WIDEST = 120
"""Columns of a line of help, even if the terminal has more."""

_OPTION = re.compile(r"\[(--?[a-zA-Z][\w-]*)(?: (\[?[A-Z]+\]?))?\]")


@dataclass(frozen=True)
class Given:
    """What a magic was given."""

    options: Mapping[str, str]
    """The options with their dashes, and their values ("" for a flag): {"-n": "10", "--gui-thread": ""}."""
    rest: str
    """The line after the options, as it was typed."""
    body: str | None = None
    """For `%%name`, the cell after its first line."""

    def words(self) -> list[str]:
        """`rest`, split and unquoted as a POSIX shell does.  Raises UsageError for a quote that does not end."""
        try:
            return shlex.split(self.rest)
        except ValueError as error:
            raise UsageError(f"{self.rest}: {error}") from None


Function = Callable[["Shell", Given], Any]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True)
class Magic:
    """A magic command."""

    name: str
    usage: str
    """What follows the name: options as in "[-n LOOPS] [-q] [-g [PATTERN]] [--long]" (capitals: with a value, which may
    be left out if it is in brackets), and then the rest."""
    function: Function
    line: bool = True
    """Whether there is `%name`."""
    cell: bool = False
    """Whether there is `%%name`."""
    verbatim: bool = False
    """Whether the rest is Python: then a word with a dash that is no option of ours belongs to it."""
    command: bool = False
    """Whether the rest is a command of the system: the same, but with `$name` and `{expression}` replaced."""
    marked: ClassVar[bool] = False
    """Whether it is none without its %: all of these may be written so, where no name is in the way."""

    @property
    def spelling(self) -> str:
        """The name as one types it."""
        return self.name if self.name.startswith("!") else f"{'%' if self.line else '%%'}{self.name}"

    @property
    def options(self) -> dict[str, str]:
        """The options that it takes, and the name of their value ("" for a flag; in brackets if it may be missing)."""
        return dict(_OPTION.findall(self.usage))

    @property
    def help(self) -> str:
        """How to use it, and its docstring."""
        import inspect

        paragraphs = inspect.cleandoc(self.function.__doc__ or "").split("\n\n")
        return "\n\n".join([f"{self.spelling} {self.usage}".strip(), *map(_filled, paragraphs)])

    def error(self, message: str) -> UsageError:
        """An error to be raised that shows the usage, too."""
        return UsageError(f"{self.spelling}: {message}; usage: {f'{self.spelling} {self.usage}'.strip()}")

    def parse(self, line: str) -> tuple[dict[str, str], str]:
        """Split a line into options and the rest.  Raises UsageError for an option that there is not."""
        known, found = self.options, dict[str, str]()
        rest = line.strip()
        while rest.startswith("-") and rest != "-":
            word, _, after = rest.partition(" ")
            if word == "--":
                return found, after.lstrip()
            taken = self._take(word, known)
            if taken is None:
                if self.verbatim or self.command:
                    break
                raise self.error(f"no option {word}")
            found.update(taken)
            rest = after.lstrip()
            last = [*taken][-1]
            if known[last] and not taken[last]:
                if known[last].startswith("[") and (not rest or rest.startswith("-")):
                    continue
                if not rest:
                    raise self.error(f"{last} needs a value")
                found[last], _, rest = rest.partition(" ")
                rest = rest.lstrip()
        return found, rest

    @staticmethod
    def _take(word: str, known: dict[str, str]) -> dict[str, str] | None:
        """The options in a word: one, `--long=value`, or short ones together, the last with its value (`-qn10`)."""
        name, equals, value = word.partition("=")
        if name in known and (known[name] or not equals):
            return {name: value}
        found: dict[str, str] = {}
        for place, letter in enumerate(word[1:], 2):
            option = f"-{letter}"
            if option not in known:
                return None
            found[option] = word[place:] if known[option] else ""
            if known[option]:
                break
        return found or None


def _filled(paragraph: str) -> str:
    """A paragraph of prose as wide as the terminal; one with lines that are indented stays as it is."""
    import shutil
    import textwrap

    if re.search(r"^\s", paragraph, re.MULTILINE):
        return paragraph
    return textwrap.fill(paragraph, min(shutil.get_terminal_size().columns, WIDEST), break_on_hyphens=False)


magics: dict[str, Magic] = {}
"""All that are registered in this process: those in this package, and what startup files and extensions add."""


def magic(
    name: str,
    usage: str = "",
    *,
    line: bool = True,
    cell: bool = False,
    verbatim: bool = False,
    command: bool = False,
) -> Callable[[F], F]:
    """Register a function(shell, given) as the magic command `name`.

    `usage` is what follows the name, see Magic.usage; `line` and `cell` say whether it is `%name` or `%%name` or both,
    `verbatim` and `command` whether the line is Python or a command, which may have words with dashes of its own.
    The function's docstring is its help.  What it returns is the value of `%name`, as in `x = %name`.
    """

    def register(function: F) -> F:
        magics[name] = Magic(name, usage, function, line, cell, verbatim, command)
        return function

    return register

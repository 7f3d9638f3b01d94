"""Ranges of commands, as one types them: `4`, `4-6`, `~2/4-6` (two sessions ago), `~8/1-~6/5`, `~0/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gshell.shell.errors import UsageError
from gshell.shell.history import Command, History
from gshell.shell.macro import Macro

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_RANGE = re.compile(
    r"(?:(?P<session>~?\d{1,15})?(?P<slash>/))?(?P<first>\d{1,15})?"
    r"(?:(?P<until>[-:])(?:(?P<end_session>~?\d{1,15})/)?(?P<last>\d{1,15})?)?",
    re.ASCII,
)
_END = 2**62


def is_range(word: str) -> bool:
    """Whether a word is a range."""
    match = _RANGE.fullmatch(word)
    return match is not None and bool(match["first"] or match["slash"])


def commands(history: History, word: str, *, but: int = 0) -> list[Command]:
    """The commands of a range; `but` is the number of one of this session that is left out.

    `4-6` has its end in it, `4:6` has not; `4-` goes to the end.  A session is `~2` for two ago, or a number as
    `%history -g` shows it.
    """
    match = _RANGE.fullmatch(word)
    if match is None:
        return []
    session = _session(history, match["session"] or "~0")
    first = int(match["first"] or 1)
    if match["until"]:
        end_session = _session(history, match["end_session"]) if match["end_session"] else session
        last = int(match["last"] or _END) - (match["until"] == ":" and bool(match["last"]))
    else:
        end_session = session
        last = first if match["first"] else _END
    found = history.between((session, first), (end_session, last))
    return [command for command in found if command.session or command.number != but]


def _session(history: History, text: str) -> int:
    return history.session_ago(int(text[1:])) if text.startswith("~") else int(text)


def texts(shell: Shell, words: list[str]) -> list[str]:
    """The commands that words stand for: ranges, macros, and variables that are texts.

    Raises UsageError for a word that is none of them, or for which there is nothing.
    """
    found: list[str] = []
    for word in words:
        value = shell.namespace.get(word)
        if is_range(word):
            in_range = [command.text for command in commands(shell.history, word, but=shell.display.number)]
            if not in_range:
                raise UsageError(f"{word}: there are no such commands")
            found += in_range
        elif type(value) is Macro:
            found += value.commands
        elif isinstance(value, str):
            found.append(value)
        else:
            raise UsageError(f"{word} is neither a range of commands nor the name of a macro or a text")
    return found


def put_at_prompt(shell: Shell, text: str, *, limit: int = 200_000) -> None:
    """Have a text at the next prompt, to be edited.  Raises UsageError for one that is too long for that."""
    if len(text) > limit:
        raise UsageError(f"a text of {len(text):,} characters is too long for the prompt")
    shell.cells.put_at_prompt("\n".join(text.rstrip().splitlines()))

"""What can follow in a line that is typed to the debugger: its commands, their arguments, and Python in its frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pdb import Pdb
from types import FrameType
from typing import Any

from gshell.shell.completion import Completion, complete

_WORD = re.compile(r"\S*\Z")


def completions(debugger: Pdb, frame: FrameType, names: Mapping[str, Any], text: str, cursor: int) -> list[Completion]:
    """What can follow in `text` at `cursor`, where `names` are the frame's local ones.  In any thread."""
    before = text[:cursor]
    command, blank, _ = before.partition(" ")
    found: list[Completion] = []
    start = 0
    if not blank:
        commands = {name[3:] for name in debugger.get_names() if name.startswith("do_") and command}
        found = [Completion(name, 0, "command") for name in sorted(commands) if name.startswith(command)]
        start = int(command.startswith("!"))
    elif hasattr(debugger, f"do_{command}"):
        own = getattr(debugger, f"complete_{command}", None)
        if own is not None and own.__func__ is not Pdb._complete_expression:
            begin = _WORD.search(before).start()  # type: ignore[union-attr]
            return [Completion(each, begin) for each in own(before[begin:], before, begin, cursor)]
        start = len(command) + 1
    python = complete(text[start:], cursor - start, {**frame.f_globals, **names}, {}, automagic=False)
    found += [each._replace(start=each.start + start) for each in python.completions]
    exact = [each for each in found if each.text.startswith(before[each.start :])]
    return exact or found  # else those in which case does not count

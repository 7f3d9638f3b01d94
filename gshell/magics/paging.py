"""Text that is longer than the screen goes through the user's pager."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

from gshell.shell.child_process import run_and_wait
from gshell.streams import to_terminal

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_SEQUENCE = re.compile(r"\x1b\[[\d;]*m")


def page(shell: Shell, text: str) -> None:
    """Show text: in $PAGER (or less) if it is longer than the screen, else by printing it.  In the worker.

    It is printed, too, if there is no terminal or no pager, or the user does not want one (the setting `pager`).
    """
    text = text.rstrip("\n") + "\n"
    pager = _pager() if shell.settings.pager and to_terminal() and os.environ.get("TERM") != "dumb" else ""
    if not pager or _rows(text) < _size().lines:
        print(text, end="")
        return
    import tempfile

    sys.stdout.flush()
    # A file, not a pipe: nobody has to feed the pager while it waits for keys.
    with tempfile.TemporaryFile() as file:
        file.write(text.encode(errors="replace"))
        file.seek(0)
        # Without -R, less shows colours as text.
        run_and_wait(pager, stdin=file, env={"LESS": "-R", **os.environ})


def _pager() -> str:
    """The command of the pager; empty if there is none."""
    import shutil

    for command in (os.environ.get("PAGER", ""), "less -R", "more"):
        try:
            words = shlex.split(command)
        except ValueError:
            continue
        if words and shutil.which(words[0]):
            return command
    return ""


def _size() -> os.terminal_size:
    import shutil

    return shutil.get_terminal_size()


def _rows(text: str) -> int:
    """How many rows of the screen the text needs, about: wide characters count as one column."""
    columns = _size().columns
    lengths = (len(_SEQUENCE.sub("", line)) for line in text.splitlines())
    return sum(max(1, -(-length // columns)) for length in lengths)

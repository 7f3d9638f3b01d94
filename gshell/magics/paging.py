"""Text that is longer than the screen goes through the user's pager.

Whether it is longer is counted here, whatever the pager.  git leaves that to less, by LESS=-FRX: F has less only print
what fits, X keeps the terminal's first screen.  Here that would take nothing away.  The count is still needed for
other pagers (most stops at a line of text, too), and for users whose own LESS has no F.  Without X, a less from before
2018 shows nothing of what fits.  And with X, help that was read stays on the screen, and the mouse wheel moves the
terminal's lines and not those of less.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

from gshell.shell.child_process import run_and_wait
from gshell.shell.errors import ChildInterrupted
from gshell.streams import to_terminal, visible

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def page(shell: Shell, text: str) -> None:
    """Show text: in $PAGER (or less) if it is longer than the screen, else by printing it.  In the worker.

    It is printed, too, if there is no terminal or no pager, or the user does not want one (the setting `pager`); and in
    a look, where a pager would keep the command waiting.
    """
    text = visible(text.rstrip("\n"), colours=True) + "\n"
    wanted = shell.settings.pager and not shell.names.is_looked_at
    wanted = wanted and to_terminal() and os.environ.get("TERM") != "dumb"
    pager = _pager() if wanted and not _fits(text) else ""
    if not pager:
        print(text, end="")
        return
    import tempfile

    sys.stdout.flush()
    # A file, not a pipe: nobody has to feed the pager while it waits for keys.
    with tempfile.TemporaryFile() as file:
        file.write(text.encode(errors="replace"))
        file.seek(0)
        # Without -R, less shows colours as text.
        _, interrupted = run_and_wait(pager, stdin=file, env={"LESS": "-R", **os.environ})
    if interrupted:
        raise ChildInterrupted


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


def _fits(text: str) -> bool:
    """Whether the screen has enough rows for the text, about: wide characters count as one column."""
    import shutil

    columns, lines = shutil.get_terminal_size()
    lengths = (len(_COLOUR.sub("", line)) for line in text.splitlines())
    return sum(max(1, -(-length // columns)) for length in lengths) < lines

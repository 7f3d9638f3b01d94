"""`%%capture`: keep what a cell prints."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


class Captured:
    """What a cell has printed.  str() of it is its standard output."""

    def __init__(self, stdout: str, stderr: str) -> None:
        self.stdout = stdout
        self.stderr = stderr

    def show(self) -> None:
        """Print it now."""
        sys.stdout.write(self.stdout)
        sys.stdout.flush()
        sys.stderr.write(self.stderr)

    __call__ = show

    def __str__(self) -> str:
        return self.stdout

    def __repr__(self) -> str:
        return f"<captured: {len(self.stdout)} characters of stdout, {len(self.stderr)} of stderr>"


@magic("capture", "[--no-stdout] [--no-stderr] [--no-display] [NAME]", line=False, cell=True)
def capture(shell: Shell, given: Given) -> None:
    """Run the cell without showing what it prints; keep that in the variable NAME, with .stdout, .stderr and .show().

    --no-stdout, --no-stderr: that is shown, and not kept.  What a command of the system prints is shown, too.
    """
    name = given.rest
    if name and not name.isidentifier():
        raise magics["capture"].error(f"{name} can't be a variable")
    streams = {each: io.StringIO() for each in ("stdout", "stderr") if f"--no-{each}" not in given.options}
    try:
        with shell.commands.undoing() as undo:
            for each, stream in streams.items():
                undo.callback(setattr, sys, each, getattr(sys, each))
                setattr(sys, each, stream)
            shell.cells.run_body(given.body or "")
    finally:
        if name:
            texts = (streams[each].getvalue() if each in streams else "" for each in ("stdout", "stderr"))
            shell.namespace[name] = Captured(*texts)

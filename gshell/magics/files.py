"""Files: `%%writefile`, `pycat`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gshell.magics.paging import page
from gshell.magics.registry import Given, magic, magics
from gshell.magics.typed_path import expand
from gshell.shell.colouring import coloured
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("writefile", "[-a] FILE", line=False, cell=True)
def writefile(shell: Shell, given: Given) -> None:
    """Write the cell to a file; -a: at the end of the file."""
    name = given.rest.removesuffix(" -a")
    if not name:
        raise magics["writefile"].error("which file?")
    append = "-a" in given.options or name != given.rest
    path = expand(name.strip())
    text = given.body or ""
    existed = os.path.exists(path)
    try:
        with open(path, "a" if append else "w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    what = "Appended to" if append else "Overwrote" if existed else "Wrote"
    show(f"{what} {path}")


@magic("pycat", "FILE", command=True)
def pycat(shell: Shell, given: Given) -> None:
    """Show a file of Python code, in colours, in the pager if it is long."""
    if not given.rest:
        raise magics["pycat"].error("which file?")
    import tokenize

    path = expand(given.rest)
    if not os.path.exists(path) and os.path.exists(f"{path}.py"):
        path += ".py"
    try:
        with tokenize.open(path) as file:
            text = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (SyntaxError, UnicodeDecodeError):
        text = Path(path).read_bytes().decode(errors="replace")
    sys.stdout.flush()
    page(shell, coloured(shell.settings, text))

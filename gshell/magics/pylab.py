"""`%matplotlib` and `%pylab`: which windows figures have, and all of pylab's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gshell.magics.registry import Given, magic
from gshell.magics.shadowed import SHADOWED, both
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

NAMES = "from pylab import *\n"
MODULES = "import numpy as np\nimport matplotlib.pyplot as plt\n"

_NOTEBOOK = ("inline", "notebook", "nbagg", "widget", "ipympl")


@magic("matplotlib", "[-l] [--list] [NAME]")
def matplotlib(shell: Shell, given: Given) -> None:
    """Have new figures drawn by another of matplotlib's backends.

    No name or "auto": in the windows of this session; "agg": off-screen; --list: all names.
    """
    name = given.rest.lower() or "auto"
    if given.options:
        print(" ".join(shell.host.backends))
        return
    if name in _NOTEBOOK:
        print(f"figures have windows of their own here, instead of {name}")
        name = "auto"
    try:
        used = shell.host.use_backend(name)
    except ModuleNotFoundError:
        raise UsageError(f"%matplotlib: there is no backend {name} (%matplotlib --list)") from None
    except (ImportError, ValueError) as error:
        raise UsageError(f"%matplotlib {name}: {error}") from None
    print(f"Using matplotlib backend: {used}")


@magic("pylab", "[--no-import-all] [NAME]")
def pylab(shell: Shell, given: Given) -> None:
    """%matplotlib NAME, and the names of pylab, as gshell --pylab has them.

    With --no-import-all only `np` and `plt`.
    """
    matplotlib(shell, Given({}, given.rest))
    fill_namespace(shell, names="--no-import-all" not in given.options)


def fill_namespace(shell: Shell, *, names: bool = True) -> None:
    """Put `np`, `plt` and (`names`) all of pylab's names into the session's namespace.

    In a look only those that are not there yet, and none into the function that is looked at: code that runs has a
    `step` of its own, and would go on with pyplot's.
    """
    found: dict[str, Any] = {}
    # With the name of this file: what it imports is not the user's doing (own_imports.py).
    exec(compile(NAMES * names + MODULES, __file__, "exec", dont_inherit=True), found)
    del found["__builtins__"]
    found.update({name: both(name, found[name]) for name in SHADOWED if name in found})
    session = shell.names.session
    if shell.names.is_looked_at:
        found = {name: value for name, value in found.items() if name not in session}
    session.update(found)
    shell.names.hide(found)

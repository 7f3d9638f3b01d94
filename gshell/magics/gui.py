"""`%gui`: the toolkit of the session; `%%gui`: a cell on its thread."""

from __future__ import annotations

from types import MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from gshell.gui.carried import CarriedMethod
from gshell.magics.registry import Given, magic
from gshell.shell.errors import UsageError

if TYPE_CHECKING:
    from gshell.shell.shell import Shell


@magic("gui", "[NAME]", cell=True)
def gui(shell: Shell, given: Given) -> None:
    """Run the cell on the GUI thread, where windows can be made; without a cell: say which toolkit the session has.

    The windows stand still until the cell has ended.  gshell.on_gui() does the same for a function.  The toolkit is
    chosen when gshell starts (gshell --qt) and stays; `%gui qt` is right if it is that.
    """
    if given.body is None:
        _toolkit(shell, given.rest.lower())
        return
    if given.rest:
        raise UsageError("%%gui takes no arguments; the code for the GUI thread is in the lines after it")
    body = given.body
    try:
        shell.host.on_gui(lambda: shell.cells.run_body(body))
    finally:
        _carry_methods(shell.namespace)


def _carry_methods(names: dict[str, Any]) -> None:
    """Have a toolkit's methods that the cell has named run on the GUI thread, whoever calls them.  In the worker.

    `show = label.setText` is the toolkit's own in the cell, and what carries it there if it is looked up here.
    """
    for name, value in list(names.items()):
        kind = type(value)
        if kind is MethodType or not hasattr(kind, "__self__") or isinstance(value.__self__, ModuleType | type):
            continue
        found = getattr(value.__self__, value.__name__, None)
        if isinstance(found, CarriedMethod):
            names[name] = found


def _toolkit(shell: Shell, wanted: str) -> None:
    """Say which toolkit runs.  Raises UsageError if another one is wanted."""
    running = shell.host.toolkit
    here = f"the toolkit of this session is {running}" if running else "this session has no toolkit"
    if not wanted:
        print(f"gshell: {here}")
    elif not shell.host.is_toolkit(wanted, running):
        how = shell.host.how_to_choose(wanted)
        hint = f"; one is chosen when gshell starts ({how})" if how else ""
        raise UsageError(f"%gui {wanted}: {here}{hint}")

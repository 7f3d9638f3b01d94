"""What a program finds when it imports a toolkit: the session's is prepared for it, the others are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from gshell.gui.choose import TOOLKITS, Toolkit, named
from gshell.imports import when_imported


def prepare_imports(toolkit: Toolkit, assert_gui_thread: Callable[[str], None], start: Callable[[], object]) -> None:
    """Prepare the session's toolkit for programs, and refuse the others, whenever somebody imports one.

    `assert_gui_thread(what)` raises in other threads, saying that `what` belongs there; `start()` makes the application
    if there is none yet.  The import may be in any thread, and must not wait for the GUI thread: that may be importing
    the same.
    """
    _when_imported(toolkit.programs, assert_gui_thread, start)
    others = {other.refused: other.name for other in TOOLKITS.values() if other.refused != toolkit.refused}
    for refused, name in others.items():  # several toolkits may be refused as one
        _refuse(refused, name)


def _refuse(programs: str, name: str) -> None:
    """Have what programs make windows of the toolkit `name` with raise an error: that is another than the session's."""

    def refuse(what: str = "application") -> NoReturn:
        raise RuntimeError(
            f"this {what} needs the toolkit {name}, and there can be only one in a session: start gshell --gui {name}"
        )

    _when_imported(programs, refuse, refuse)


def _when_imported(programs: str, assert_gui_thread: Callable[[str], None], start: Callable[[], object]) -> None:
    """Have the function in `programs`, which is "modules module:name" or empty, called when one of them is imported."""
    if not programs:
        return
    modules, prepare = programs.split()
    for module in modules.split("|"):
        when_imported(module, lambda _: named(prepare)(assert_gui_thread, start))

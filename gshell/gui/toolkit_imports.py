"""What a program finds when it imports a toolkit: the session's is prepared for it, the others are refused."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from gshell.gui import opencv
from gshell.gui.access import Access, WithoutWindows, WithWindows
from gshell.gui.choose import TOOLKITS, Toolkit, named
from gshell.gui.imports_there import import_there
from gshell.imports import when_imported


def prepare_imports(toolkit: Toolkit, access: WithWindows) -> None:
    """Prepare the session's toolkit for programs, and refuse the others, whenever somebody imports one.

    The import may be in any thread, and what prepares it must not wait for the GUI thread: that may be importing the
    same.
    """
    _when_imported(toolkit.programs, access)
    when_imported("cv2", lambda module: opencv.prepare(module, access.start))
    others = {other.refused: other.name for other in TOOLKITS.values() if other.refused != toolkit.refused}
    for refused, name in others.items():  # several toolkits may be refused as one
        reason = f"the toolkit {name}, and there can be only one in a session: start gshell --gui {name}"
        _when_imported(refused, WithoutWindows(reason, one_toolkit=True))
    names = toolkit.imported_there.split("|")
    import_there(names, access.imports_there, lambda name: access.import_there(name, _together(name, names)))


def _together(name: str, names: Sequence[str]) -> list[str]:
    """What is to be there before `name` is used: the named modules of a package that is imported there as a whole.

    sip makes the types of a module when it is imported, and looks through those of all modules when it hands an object
    to Python.  Another thread that uses a module while the next one is imported ends the process: with QThread's
    currentThread(), called in a loop, while the GUI thread imported QtGui, it was 30 times of 30.
    """
    package = name.partition(".")[0]
    if f"{package}.*" not in names:
        return []
    modules = [each for each in names if each.startswith(f"{package}.") and each[-1] != "*"]
    return [package, *modules] if modules else []


def refuse_imports(why: str) -> None:
    """The session has no windows, and this is why: have what needs them raise an error, in every toolkit."""
    for refused in {toolkit.alone for toolkit in TOOLKITS.values()}:
        _when_imported(refused, WithoutWindows(f"windows, and this session has none: {why}", one_toolkit=False))


def _when_imported(programs: str, access: Access) -> None:
    """Have the function in `programs`, which is "modules module:name" or empty, called when one of them is imported."""
    if not programs:
        return
    modules, prepare = programs.split()

    def hook(module: ModuleType) -> None:
        named(prepare)(module, access)

    for module in modules.split("|"):
        when_imported(module, hook)

"""What programs of the user's find when they import one of Qt's bindings, in whatever thread, module by module.

QtCore        timers and other objects are made on the GUI thread, which has the event loop that serves them
QtGui         what needs an application has one, or is an error (Qt would end the process)
QtWidgets     the same; widgets can be made on the GUI thread only; and the application is the shell's (programs.py)
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.affinity import Affinity
from gshell.gui.immutable import set_special
from gshell.gui.qt.constructors import NEED_APPLICATION, beginning, classes, named, need_application
from gshell.gui.qt.kinds import ITEMS, QtKinds
from gshell.gui.qt.threads import keep_while_running, make_wait_interruptible


def prepare(module: ModuleType, access: Access) -> None:
    """Prepare a module of a binding that was imported, as that of the session's windows.

    A module imports those before it, so QtCore is prepared first.
    """
    core, name = core_of(module)
    kinds, affinity = _affinity(core, access)
    _guard_objects(module, core.QObject, affinity)
    if name == "QtCore":
        make_wait_interruptible(core.QThread, access.is_worker)
        keep_while_running(core.QThread)
        metaclass = type(core.QObject)
        set_special(metaclass, "__getattribute__", affinity.getattribute_of(metaclass))
        return
    for cls in named(module, ITEMS):
        if kinds.add_item(cls):
            affinity.guard(cls)
            for each in beginning(module, cls):
                affinity.make_there(each, begins_twice=True)
    need_application(module, core, NEED_APPLICATION, access)
    if name == "QtWidgets":
        from gshell.gui.qt import programs  # it imports QtGui

        need_application(module, core, "QWidget", access)
        programs.prepare(access)


@functools.cache
def _affinity(core: ModuleType, access: Access) -> tuple[QtKinds, Affinity]:
    """Of the binding whose QtCore that is, which has not been guarded yet."""
    kinds = QtKinds(core)
    return kinds, Affinity(access, kinds)


def core_of(module: ModuleType) -> tuple[Any, str]:
    """The QtCore of a binding's module, and the module's own name."""
    binding, _, name = module.__name__.partition(".")
    return sys.modules[f"{binding}.QtCore"], name


def _guard_objects(module: ModuleType, root: type, affinity: Affinity) -> None:
    for cls in classes(module):
        if issubclass(cls, root) and (cls is root or "__getattribute__" in vars(cls)):
            affinity.guard(cls)
            affinity.carry(cls, "__len__ __getitem__ __contains__ __delitem__")
    for cls in beginning(module, root):
        affinity.make_there(cls, begins_twice=True)

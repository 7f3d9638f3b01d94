"""Which of Qt's Python bindings: the one that matplotlib would choose.  And what they don't have in common.

Typed as PyQt5, whose names the others share.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any

from gshell.gui.event_loop import ToolkitUnavailable
from gshell.imports_together import held_back
from gshell.matplotlibrc import configured_backend

__all__ = [
    "BINDING",
    "IS_PYQT",
    "IS_QT6",
    "NAMES",
    "BoundSignal",
    "QtCore",
    "QtGui",
    "QtWidgets",
    "Signal",
    "copied",
    "is_deleted",
    "pixels_for_image",
    "unavailable",
]

NAMES = ("PyQt6", "PySide6", "PyQt5", "PySide2")
"""The bindings, in matplotlib's order (matplotlib.backends.qt_compat)."""


def _binding() -> str:
    """The name of the binding: one that is imported, what QT_API asks for, or the first that is installed."""
    for name in NAMES:
        if f"{name}.QtCore" in sys.modules:
            return name
    names = [name for name in NAMES if not configured_backend().startswith("qt5") or name in ("PyQt5", "PySide2")]
    wanted = os.environ.get("QT_API", "").lower()
    if wanted and wanted not in map(str.lower, NAMES):
        raise ToolkitUnavailable(f"Qt can't be used: QT_API={wanted} is none of {', '.join(NAMES).lower()}")
    chosen = [name for name in names if name.lower() == wanted] or names
    found = [name for name in chosen if importlib.util.find_spec(name) is not None]
    if not found:
        raise ToolkitUnavailable(f"Qt can't be used: {chosen[0]} is not installed (pip install {chosen[0]})")
    return found[0]


BINDING = _binding()
IS_PYQT = BINDING.startswith("PyQt")
IS_QT6 = BINDING.endswith("6")


def unavailable(reason: str) -> ToolkitUnavailable:
    """The exception for a library of the system that Qt needs and does not find, in the dynamic linker's words."""
    packages = "libqt6gui6 libxcb-cursor0" if IS_QT6 else "libqt5gui5"
    return ToolkitUnavailable(f"Qt can't be used: {reason} (Debian: apt install {packages})")


if TYPE_CHECKING:
    from PyQt5 import QtCore, QtGui, QtWidgets
    from PyQt5.QtCore import pyqtBoundSignal as BoundSignal
    from PyQt5.QtCore import pyqtSignal as Signal

    sip: Any


def is_deleted(thing: Any) -> bool:
    """Whether Qt has destroyed what this Python object stands for."""
    return bool(sip.isdeleted(thing)) if IS_PYQT else not sip.isValid(thing)


def pixels_for_image(data: memoryview) -> Any:
    """What QImage(pixels, width, height, format) takes for pixels that somebody keeps as long as the image."""
    if not IS_PYQT:
        return data
    return int(sip.voidptr(data)) if IS_QT6 else sip.voidptr(data)


def copied(event: Any) -> Any:
    """A copy of an event, which Qt destroys when its handler returns."""
    if IS_QT6:
        return event.clone()
    if isinstance(event, QtGui.QEnterEvent):
        return QtGui.QEnterEvent(event.localPos(), event.windowPos(), event.screenPos())
    if isinstance(event, QtGui.QResizeEvent):
        return QtGui.QResizeEvent(event.size(), event.oldSize())
    return type(event)(event)


if not TYPE_CHECKING:

    def _module(name: str) -> Any:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise ToolkitUnavailable(f"Qt can't be used: {error} (pip install {BINDING})") from None
        except ImportError as error:
            raise unavailable(str(error)) from None

    def __getattr__(name: str) -> Any:
        # When QtWidgets is imported, it is prepared for programs, for which this module has to be there.
        if name == "QtWidgets":
            return _module(f"{BINDING}.QtWidgets")
        raise AttributeError(name)

    # Last, as the preparation needs all of this module; and together (gui/toolkit_imports.py says why).
    with held_back([BINDING, *(f"{BINDING}.{name}" for name in ("QtCore", "QtGui", "QtWidgets"))]):
        QtCore, QtGui = _module(f"{BINDING}.QtCore"), _module(f"{BINDING}.QtGui")
        sip = _module(f"{BINDING}.sip" if IS_PYQT else f"shiboken{BINDING[-1]}")
        Signal, BoundSignal = (
            (QtCore.pyqtSignal, QtCore.pyqtBoundSignal) if IS_PYQT else (QtCore.Signal, QtCore.SignalInstance)
        )
        QtWidgets = _module(f"{BINDING}.QtWidgets")

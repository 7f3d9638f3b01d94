"""Which of Qt's objects belong to the GUI thread, in any binding.

An object made from QObject belongs to the thread that it says itself (`QObject.thread()`): a user's own QThread has its
own.  The worker leaves what belongs to the GUI thread to that.  Other threads of the user's leave widgets to it, and
nothing else: the rest of Qt is made for them, as it is (signals are queued, a QThread is told to end).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import BuiltinMethodType, MethodDescriptorType, ModuleType
from typing import Any

ITEMS = (
    "QStandardItem QTextCursor QTextBlock QTextLayout QTextTableCell QGraphicsItem QGraphicsLayoutItem QLayoutItem "
    "QListWidgetItem QTableWidgetItem QTreeWidgetItem QTreeWidgetItemIterator"
)
"""Classes of parts of widgets, models and documents, which are no QObjects."""
_STATIC = {"QBitmap", "QCursor", "QDesktopServices", "QFontDatabase", "QPixmap", "QStyleFactory", "QTest", "QToolTip"}
"""Classes of values, or without objects, that have static functions for the GUI thread."""
_NOT_STATIC = {"instance", "postEvent", "tr", "translate", "connect", "disconnect"}
"""Static functions that may be called in any thread."""
_PLAIN_MODULES = {"QtBluetooth", "QtCore", "QtDBus", "QtNetwork", "QtPositioning", "QtSensors", "QtSerialPort", "QtSql"}
"""Modules whose objects may belong to any thread."""


def _was_made_here(binding: str) -> Callable[[object], bool]:
    """The function that says whether Python has made an object, and not Qt."""
    if binding.startswith("PyQt"):
        made: Callable[[object], bool] = importlib.import_module(f"{binding}.sip").ispycreated
    else:
        shiboken: Any = importlib.import_module(f"shiboken{binding[-1]}")
        made = getattr(shiboken, "Shiboken", shiboken).createdByPython
    return made


class QtKinds:
    """See affinity.Kinds."""

    methods: tuple[type[Any], ...] = (BuiltinMethodType, MethodDescriptorType)  # the latter in PySide's classes

    def __init__(self, core: ModuleType) -> None:
        """`core` is the binding's QtCore, which has not been guarded yet."""
        self._binding = core.__name__.partition(".")[0] + "."
        self._object, self._thread = core.QObject, core.QThread
        self._thread_of, self._move = core.QObject.thread, core.QObject.moveToThread
        self._current_thread = core.QThread.currentThread
        self._was_made_here = _was_made_here(self._binding[:-1])
        self._application = core.QCoreApplication.instance
        self._signal = getattr(core, "pyqtBoundSignal", None) or core.SignalInstance
        signal: type = getattr(core, "pyqtSignal", None) or core.Signal
        # Methods of QThread's own are for any thread, says Qt.
        self._of_threads = {name for name, value in vars(core.QThread).items() if not isinstance(value, signal)}
        self._static: tuple[type, ...] = (core.QTimer, core.QCoreApplication)
        self._plain: tuple[type, ...] = (core.QObject, core.QThread)
        self._items: tuple[type, ...] = ()
        self._gui_thread: Any = None

    def add_item(self, cls: type) -> bool:
        """Objects of this class belong to the GUI thread; False: so they do already."""
        if issubclass(cls, (self._object, *self._items)):
            return False
        self._items += (cls,)
        return True

    def belongs(self, thing: object, name: str, *, in_worker: bool) -> bool:
        """Whether the calling thread must leave the attribute `name` of `thing` to the GUI thread."""
        if not isinstance(thing, self._object):
            return isinstance(thing, self._items)
        if name == "thread" or (name in self._of_threads and isinstance(thing, self._thread)):
            return False
        if not (in_worker or self._is_gui(type(thing))):
            return False
        try:
            thread = self._thread_of(thing)
        except RuntimeError:  # Qt has destroyed the object, or its __init__ has not been called
            return False
        return thread is not None and thread is self._of_application()

    def _of_application(self) -> Any:
        if self._gui_thread is None:
            application = self._application()
            self._gui_thread = None if application is None else self._thread_of(application)
        return self._gui_thread

    def is_whole(self, cls: type) -> bool:
        """Whether methods in Python of this class run on the GUI thread as a whole.

        Not those of what only has signals, or a thread of its own: that is the user's computation.
        """
        return self._stock(cls) not in self._plain

    def is_part(self, value: object) -> bool:
        """Whether that is a bound signal."""
        return isinstance(value, self._signal)

    def give_away(self, thing: object, start: Callable[[], object]) -> None:
        """If the calling thread has just made `thing`, have it belong to the GUI thread."""
        if isinstance(thing, self._object) and self._was_made_here(thing):
            start()
            if self._thread_of(thing) is self._current_thread():
                self._move(thing, self._of_application())

    def has_members(self, cls: type) -> bool:
        """Whether this is a class of objects that belong to the GUI thread, as a rule."""
        return issubclass(cls, (self._object, *self._items))

    def is_static(self, cls: type, name: str, *, in_worker: bool) -> bool:
        """Whether a static function is for the GUI thread."""
        if name in _NOT_STATIC:
            return False
        if cls.__name__ in _STATIC or (in_worker and issubclass(cls, self._static)):
            return True
        return issubclass(cls, self._object) and self._is_gui(cls)

    def needs_windows(self, cls: type, name: str) -> bool:
        """Whether a static function needs an application with windows."""
        return self.is_static(cls, name, in_worker=True) and self._is_gui(cls)

    def _is_gui(self, cls: type) -> bool:
        """Whether a class of QObjects is made from one that has to do with windows."""
        return self._stock(cls).__module__.removeprefix(self._binding) not in _PLAIN_MODULES

    def _stock(self, cls: type) -> type:
        """The class of Qt's that a class is made from, or itself."""
        return next((each for each in cls.__mro__ if each.__module__.startswith(self._binding)), self._object)

"""Which thread runs, as the system knows it, whatever the user's code puts in place of what Python has for that.

`gevent.monkey.patch_all()` exchanges the functions of _thread and threading, and then a thread's ident is a greenlet's.
What the shell imports before the user's first line has the old functions, and what it imports later would have the new
ones.  So all of it takes `get_ident` from here.

Python's import system is the other one that can't do with both.  It looks the function up at each of its steps, and
the shell imports in threads of its own: jedi, when the first line is typed.  If the function was exchanged in the
middle of such an import, its lock could not be released ("cannot release un-acquired lock"), and whoever wanted that
module waited for ever.  So the import system has the old functions, too.  What it gives up for that: of two greenlets
of one thread the second does not wait for a module that the first one is importing, as in plain recursion.
"""

from __future__ import annotations

import _thread
import importlib
from _thread import get_ident as get_ident
from types import SimpleNamespace

_as_it_was = SimpleNamespace(**vars(_thread))


def keep_import_locks() -> None:
    """Have the import system go on with the functions that _thread has had so far.  From any thread."""
    importlib._bootstrap._thread = _as_it_was  # type: ignore[attr-defined]


def give_up_import_locks() -> None:
    """Undo that: the shell has gone from the process.  From any thread."""
    importlib._bootstrap._thread = _thread  # type: ignore[attr-defined]

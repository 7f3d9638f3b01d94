"""In a shell that serves one test after another: everything as it was at its start.

A shell with matplotlib takes more than a second of a processor to start, many times what most tests need.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from typing import Any

import gshell
from gshell.plotting.places import Places

_first: dict[str, Any] = {}
_path: list[str] = []
_parameters: dict[Any, Any] = {}
_filters = warnings.catch_warnings()


def fresh(names: dict[str, Any], home: str) -> None:
    """Forget what tests have made in the namespace `names`, and go to the directory `home`; at first: remember it."""
    global _filters
    import matplotlib
    import matplotlib.pyplot as plt

    parameters: dict[Any, Any] = matplotlib.rcParams
    if not _first:
        _first.update(names)
        _path[:] = sys.path
        _parameters.update(parameters)
    else:
        _filters.__exit__(None, None, None)
        plt.close("all")
        if "PyQt5.QtWidgets" in sys.modules:
            gshell.on_gui(sys.modules["PyQt5.QtWidgets"].QApplication.closeAllWindows)  # those of programs
        names.clear()
        names.update(_first)
        sys.path[:] = _path
        for name, module in [*sys.modules.items()]:
            if os.path.dirname(getattr(module, "__file__", None) or "").endswith(os.sep + "home"):
                del sys.modules[name]  # one of a test's own
        for each in gc.get_objects():
            if isinstance(each, Places):
                each._places.clear()
        dict.update(parameters, _parameters)  # rcdefaults() leaves some of them alone
    _filters = warnings.catch_warnings()
    _filters.__enter__()
    os.chdir(home)
    os.environ["HOME"] = home

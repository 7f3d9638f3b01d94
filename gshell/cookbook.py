"""`import IPython.Shell`, as the SciPy cookbook's interruptible scripts have it.

Those scripts were written for the shells of 2005, and poll `IPython.Shell.KBINT`.  No IPython since 0.10 has that
module, so a finder at the very end of sys.meta_path, asked only for what nobody else has, gives it to whoever
imports that name.  Where no IPython is installed at all, the package around it is an empty one; it exists only
when somebody imports `IPython.Shell`, because other libraries ask `"IPython" in sys.modules` what they run in.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import gshell


class _Finder:
    # Both a finder and a loader, by protocol: importlib.abc takes 5 ms to import.

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "IPython.Shell":
            return ModuleSpec(name, self)  # type: ignore[arg-type]
        if name == "IPython" and _importing("IPython.Shell"):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name == "IPython":
            return ModuleType("IPython", "Stands for IPython, which is not installed.")
        return gshell.FlagModule("IPython.Shell", "The flag KBINT of gshell, under its old name.")

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == "IPython":
            # What libraries ask IPython if they find it imported: is there a shell of yours?  No.
            vars(module).update(get_ipython=lambda: None, version_info=(0, 0, 0), __version__="0.0.0")


def _importing(name: str) -> bool:
    """Whether the import system, somewhere up the stack, imports `name` and now needs its parent."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_name == "_find_and_load" and frame.f_locals.get("name") == name:
            return True
    return False


def install() -> None:
    """Make `import IPython.Shell` work.  Once, at start."""
    sys.meta_path.append(_Finder())

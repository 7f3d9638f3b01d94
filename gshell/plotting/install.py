"""Make matplotlib use the shell's toolkit and backend, from the moment that somebody imports it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from gshell.gui.thread import GuiThread
from gshell.gui.toolkit import Toolkit
from gshell.imports import when_imported
from gshell.threads.gate import Gate


class Plotting:
    """matplotlib's side of a session.

    `interactive`: there is a prompt, so plots appear by themselves and show() does not block.
    """

    def __init__(self, gui: GuiThread, gate: Gate, *, interactive: bool) -> None:
        self._gui = gui
        self._gate = gate
        self._prompt = interactive
        self._in_script = False
        self._context: Any = None
        self._backend: ModuleType | None = None

    def install(self, backend: str | None) -> None:
        """Have `backend` (matplotlib's name) used, or matplotlib's own choice for None."""

        def on_matplotlib(matplotlib: ModuleType) -> None:
            directory = os.path.dirname(matplotlib.__file__ or "")
            self._gate.guarded = (directory + os.sep, os.path.join(os.path.dirname(directory), "mpl_toolkits"))
            if backend is not None:
                matplotlib.rcParams["backend"] = backend
            matplotlib.interactive(self._prompt and not self._in_script)

        when_imported("matplotlib", on_matplotlib)
        when_imported("matplotlib.backends.registry", self._on_registry)
        when_imported("matplotlib.pyplot", _on_pyplot)

    def _on_registry(self, registry: ModuleType) -> None:
        """pyplot loads every backend through one function.  Replaced there, "qtagg" keeps its name, so that
        `matplotlib.use("QtAgg")` in a script and a question for the current backend work as ever."""
        instance = registry.backend_registry
        load: Callable[[str], ModuleType] = instance.load_backend_module

        def load_backend_module(name: str) -> ModuleType:
            if not self._gui.serves(name):
                return load(name)
            toolkit = self._gui.start_toolkit()
            if toolkit is None:
                print(self._gui.no_toolkit, file=sys.stderr)
                return load("agg")
            if self._backend is None:
                self._backend = self._make(load(toolkit.backend), toolkit)
            return self._backend

        instance.load_backend_module = load_backend_module

    def _make(self, stock: ModuleType, toolkit: Toolkit) -> ModuleType:
        from gshell.plotting import backend

        self._context = backend.Context(self._gui, toolkit, self._gate, lambda: not self._prompt)
        return backend.make_backend(stock, self._context)

    @contextmanager
    def script(self) -> Iterator[None]:
        """A script runs meanwhile: plots appear when it says so, or at its end."""
        outer, self._in_script = self._in_script, True
        matplotlib = sys.modules.get("matplotlib")
        interactive = matplotlib.is_interactive() if matplotlib is not None else self._prompt
        if matplotlib is not None:
            matplotlib.interactive(False)
        try:
            yield
        finally:
            self._in_script = outer
            matplotlib = sys.modules.get("matplotlib")
            if matplotlib is not None and hasattr(matplotlib, "interactive"):
                matplotlib.interactive(interactive)

    def break_off(self) -> None:
        """Ctrl-C was pressed: end a callback of a figure that does not return.  From any thread."""
        if self._context is not None:
            self._context.turns.break_off()

    def after_command(self) -> None:
        """Redraw the figures that a command has changed.  In the worker, when the command has ended."""
        if self._context is None:
            return
        import matplotlib
        from matplotlib._pylab_helpers import Gcf

        from gshell.plotting import backend

        if matplotlib.is_interactive():
            Gcf.draw_all()
        backend.flush(self._context)


def _on_pyplot(pyplot: ModuleType) -> None:
    # "Starting a Matplotlib GUI outside of the main thread will likely fail": not here.
    pyplot._warn_if_gui_out_of_main_thread = lambda: None  # type: ignore[attr-defined]

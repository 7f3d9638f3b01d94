"""Make matplotlib use the shell's toolkit and backend, from the moment that somebody imports it."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from gshell.gui.choose import TOOLKITS, is_meant, named, toolkit_of, why_not
from gshell.gui.thread import GuiThread
from gshell.gui.uncaught import report_exception
from gshell.imports import when_imported
from gshell.plotting.backend_names import backend_of
from gshell.plotting.plotting_threads import PlottingThreads
from gshell.plotting.rc_context import OutermostParameters
from gshell.threads.gate import Gate
from gshell.threads.protection import complete_calls_in
from gshell.threads.right_of_way import RightOfWay

if TYPE_CHECKING:  # matplotlib is imported by them
    from gshell.plotting.backend_state import BackendState
    from gshell.plotting.kit import FigureKit
    from gshell.plotting.reopening import ClosedFigures


Forget = Callable[[Callable[[object], bool]], None]


class Plotting:
    """matplotlib's side of a session."""

    def __init__(
        self, gui: GuiThread, gate: Gate, forget_outputs: Forget, right_of_way: RightOfWay, *, interactive: bool
    ) -> None:
        """`forget_outputs(unwanted)` has the shell forget those of its results (Out) that the function says are not
        wanted any more; `interactive`: there is a prompt, so plots appear by themselves and show() does not block.
        """
        self._gui = gui
        self._forget_outputs = forget_outputs
        self._gate = gate
        self._right_of_way = right_of_way
        self._prompt = interactive
        self._in_script = False
        self._script_has_run = False  # in the command that runs
        self._default = "agg"
        self._state: BackendState | None = None
        self._backend: ModuleType | None = None
        self._threads = PlottingThreads(gui, gate)
        self._parameters = OutermostParameters(gate)

    def install(self, backend: str | None) -> None:
        """Have `backend` (matplotlib's name) used, or matplotlib's own choice for None."""
        self._default = backend or "agg"

        def on_matplotlib(matplotlib: ModuleType) -> None:
            directory = os.path.dirname(matplotlib.__file__ or "")
            toolkits = os.path.join(os.path.dirname(directory), "mpl_toolkits")
            # Our own backend too: between a draw of the worker's and the copy of it that is shown, another one would be
            # overtaken by the older.
            whole = tuple(each + os.sep for each in (directory, toolkits, os.path.dirname(__file__)))
            self._gate.guard(whole)
            complete_calls_in(whole)
            if backend is not None:
                matplotlib.rcParams["backend"] = backend
            matplotlib.interactive(self._prompt and not self._in_script)
            _leave_the_keyboard(matplotlib)
            self._parameters.install(matplotlib)

        when_imported("matplotlib", on_matplotlib)
        when_imported("matplotlib.backends.registry", self._on_registry)
        when_imported("matplotlib.backends.backend_agg", self._on_agg)
        when_imported("matplotlib.pyplot", self._on_pyplot)
        when_imported("matplotlib.figure", self._on_figure)
        when_imported("matplotlib._blocking_input", self._on_blocking_input)
        when_imported("matplotlib.cbook", _show_exceptions)
        if self._gui.has_toolkit:
            when_imported(f"matplotlib.backends.backend_{backend}", self._on_backend)

    def _on_registry(self, registry: ModuleType) -> None:
        """pyplot loads every backend through one function.  Replaced there, "qtagg" keeps its name, so that
        `matplotlib.use("QtAgg")` in a script and a question for the current backend work as ever."""
        instance = registry.backend_registry
        load: Callable[[str], ModuleType] = instance.load_backend_module

        def load_backend_module(name: str) -> ModuleType:
            wanted = toolkit_of(name)
            if not wanted:
                return load(name)
            if not self._gui.has_toolkit:  # no display, no windows wanted, or a forked child
                return load("agg")
            if wanted != self._gui.toolkit_name:
                parameters = sys.modules["matplotlib"].rcParams
                if dict.__getitem__(parameters, "backend") == name:  # or every other figure would come to this
                    parameters["backend"] = self._default
                raise ImportError(
                    f"the backend {name} needs the toolkit {wanted}, and there can be only one in a session: "
                    f"start gshell --gui {wanted}"
                )
            if self._gui.start_toolkit() is None:
                print(self._gui.no_toolkit, file=sys.stderr)
                return load("agg")
            load(TOOLKITS[wanted].backends.split()[0])  # and so calls _on_backend()
            assert self._backend is not None
            return self._backend

        instance.load_backend_module = load_backend_module

    def _on_agg(self, agg: ModuleType) -> None:
        from gshell.plotting.patches import patch
        from gshell.plotting.renderer import make_renderer

        patch(agg, RendererAgg=make_renderer(agg.RendererAgg, self._right_of_way))

    def _on_backend(self, stock: ModuleType) -> None:
        """Somebody has imported matplotlib's own backend: pyplot, or a program with canvases in its own windows."""
        loop = self._gui.start_toolkit()
        if loop is not None:
            from gshell.plotting.backend import make_backend
            from gshell.plotting.backend_state import BackendState

            kit: FigureKit[Any, Any, Any] = named(TOOLKITS[self._gui.toolkit_name].figure_kit)(loop)
            self._state = BackendState(self._gui, loop, kit, self._gate, self._parameters, lambda: not self._prompt)
            self._backend = make_backend(stock, self._state)

    @contextmanager
    def script(self) -> Iterator[None]:
        """A script runs meanwhile: plots appear when it says so, or at its end."""
        outer, self._in_script = self._in_script, True
        if not outer and self._state is not None:
            self._state.unseen.clear()  # what was hidden at the prompt stays so
        self._script_has_run = True
        try:
            with interactively(False, otherwise=self._prompt):
                yield
        finally:
            self._in_script = outer

    @contextmanager
    def at_prompt(self) -> Iterator[None]:
        """There is a prompt meanwhile, within a script.  In the worker."""
        outer, self._prompt, self._in_script = (self._prompt, self._in_script), True, False
        try:
            with interactively(True, otherwise=False):
                yield
        finally:
            self._prompt, self._in_script = outer

    @contextmanager
    def at_look(self) -> Iterator[None]:
        """Somebody looks at the running command meanwhile: what is plotted appears.  In the worker, or the GUI thread
        while that stands still."""
        with self.at_prompt():
            yield
            if self._state is not None:
                from matplotlib._pylab_helpers import Gcf

                Gcf.draw_all()

    def _on_pyplot(self, pyplot: ModuleType) -> None:
        # "Starting a Matplotlib GUI outside of the main thread will likely fail": not here.
        pyplot._warn_if_gui_out_of_main_thread = lambda: None  # type: ignore[attr-defined]
        self._carry_saving(pyplot, lambda *_: True)
        from gshell.plotting.reopening import figure_reopens

        figure_reopens(pyplot, self._closed_by_hand)

    def _on_figure(self, figure: ModuleType) -> None:
        self._carry_saving(figure.Figure, self._is_live)
        from gshell.plotting.reopening import show_reopens

        show_reopens(figure.Figure, lambda figure: self._is_live(figure) and not self._gui.gone)

    def _is_live(self, figure: Any) -> bool:
        return self._state is not None and figure in self._state.live_figures

    def _carry_saving(self, owner: Any, is_live: Callable[..., bool]) -> None:
        """Have savefig() of `owner` carried to the GUI thread from threads of the user's own.

        To save figures in a thread is common, and harmless there.  All of it, from the beginning: a figure that is
        being saved has another canvas meanwhile.
        """
        stock = owner.savefig

        @functools.wraps(stock)
        def savefig(*args: Any, **kwargs: Any) -> Any:
            if self._state is None or self._threads.may_plot() or not is_live(*args[:1]):
                return stock(*args, **kwargs)
            return self._gui.call(lambda: stock(*args, **kwargs))

        owner.savefig = savefig

    def _on_blocking_input(self, module: ModuleType) -> None:
        from gshell.plotting.off_screen import clicks_need_a_window

        clicks_need_a_window(module, self._why_off_screen)

    def _closed_by_hand(self) -> ClosedFigures | None:
        return self._state.closed_by_hand if self._state is not None else None

    def after_fork(self) -> None:
        """In a forked child: there are no windows.

        matplotlib would ask the toolkit for its application, which may be half made at that moment.
        """

        def on_cbook(cbook: ModuleType) -> None:
            cbook._get_running_interactive_framework = lambda: None  # type: ignore[attr-defined]

        when_imported("matplotlib.cbook", on_cbook)

    def use_backend(self, name: str) -> str:
        """Switch to matplotlib's backend `name` (its own, a toolkit's, "auto": that of the windows); return its name.

        In the worker.  Raises ImportError if that can't be done.
        """
        import matplotlib.pyplot as plt

        backend = backend_of(name)
        own = backend == "auto" or (self._gui.toolkit_name and is_meant(name, self._gui.toolkit_name))
        plt.switch_backend(self._default if own else backend)
        matplotlib = sys.modules["matplotlib"]
        matplotlib.interactive(self._prompt and not self._in_script)
        used = str(matplotlib.get_backend())
        why = self._why_off_screen()
        return f"agg, instead of {used}: {why}" if why else used

    def _why_off_screen(self) -> str:
        """Why the backend that was asked for draws no windows; empty if it does, or never would."""
        toolkit = toolkit_of(str(sys.modules["matplotlib"].get_backend()))
        if not toolkit or self._gui.has_toolkit:
            return ""
        display = TOOLKITS[toolkit].why_no_display()
        reason = f"no display ({display})" if display else why_not(toolkit)
        return self._gui.no_toolkit or reason or "this session was started without windows"

    @property
    def figures(self) -> int:
        """How many figures pyplot knows.  From any thread."""
        helpers = sys.modules.get("matplotlib._pylab_helpers")
        return 0 if helpers is None else len(helpers.Gcf.figs)

    def after_command(self) -> None:
        """Redraw the figures that a command has changed.  In the worker, when the command has ended."""
        script_has_run, self._script_has_run = self._script_has_run, False
        if self._state is None:
            return
        import matplotlib
        from matplotlib._pylab_helpers import Gcf

        from gshell.plotting import backend

        if matplotlib.is_interactive():
            if script_has_run:
                for manager in [each for each in Gcf.get_all_fig_managers() if each in self._state.unseen]:
                    manager.show()
            Gcf.draw_all()
        backend.flush(self._state)
        if closed := set(self._state.closed_figures):
            from gshell.plotting.closed_outputs import is_of

            self._state.closed_figures.clear()
            self._forget_outputs(lambda value: is_of(value, closed))
            self._gui.collect_soon()


@contextmanager
def interactively(wanted: bool, *, otherwise: bool) -> Iterator[None]:
    """Whether plots appear by themselves meanwhile, if matplotlib has been imported.

    Afterwards as before; `otherwise` if it was imported meanwhile.
    """
    matplotlib = sys.modules.get("matplotlib")
    before = matplotlib.is_interactive() if matplotlib is not None else otherwise
    if matplotlib is not None:
        matplotlib.interactive(wanted)
    try:
        yield
    finally:
        matplotlib = sys.modules.get("matplotlib")
        if matplotlib is not None and hasattr(matplotlib, "interactive"):  # else its import was broken off
            matplotlib.interactive(before)


def _leave_the_keyboard(matplotlib: Any) -> None:
    """Have plt.show() not raise and activate windows, unless the user's configuration file asks for it."""
    key, path = "figure.raise_window", matplotlib.matplotlib_fname()
    is_users = not path.startswith(matplotlib.get_data_path())
    if not (is_users and key in matplotlib.rc_params_from_file(path, use_default_template=False)):
        matplotlib.rcParams[key] = matplotlib.rcParamsDefault[key] = False


def _show_exceptions(cbook: ModuleType) -> None:
    """Have an exception in a callback of a figure be shown as all others are, so that `%debug` is about it."""
    cbook.traceback = SimpleNamespace(print_exc=report_exception)  # type: ignore[attr-defined]

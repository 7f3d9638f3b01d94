"""The figure manager: a window that is made, shown and destroyed on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import matplotlib
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from gshell.gui.carried import carried
from gshell.plotting.backend_state import Context
from gshell.plotting.crossing import carried_over, changed, is_native, wait
from gshell.plotting.toolbar import carry_triggers, make_tool_container
from gshell.threads.protection import protected

# Methods that act on the window.
_MANAGER_CALLS = ("full_screen_toggle", "set_window_title", "get_window_title")


def make_manager(base: Any, toolbar: type | None, context: Context) -> type:
    """Return a subclass of `base`, a toolkit's figure manager of matplotlib's, with our toolbar class."""
    gui, toolkit, gate = context.gui, context.toolkit, context.gate
    base = changed(base, toolkit.manager_changes)

    class FigureManager(base):  # type: ignore[misc]
        _toolbar2_class = toolbar
        _toolmanager_toolbar_class = make_tool_container(base._toolmanager_toolbar_class, context)

        def __init__(self, canvas: Any, num: int, *args: Any) -> None:
            super().__init__(canvas, num, *args)
            if self.toolmanager is not None:
                carry_triggers(self.toolmanager, context)
            # pyplot makes the figure the current one when it is clicked on, unless it finds this.  Not in the middle of
            # a command: its next plot() would go elsewhere.
            self._cidgcf = canvas.mpl_connect("button_press_event", lambda event: self._gshell_clicked())

        def resize(self, width: float, height: float) -> None:
            self.canvas._gshell_asked = self.canvas.figure.get_size_inches()
            gui.call(lambda: toolkit.exists(self.canvas) and super(FigureManager, self).resize(width, height))

        def show(self) -> None:
            context.unseen.discard(self)
            gui.call(lambda: toolkit.exists(self.canvas) and super(FigureManager, self).show())

        def _gshell_clicked(self) -> None:
            if Gcf.figs.get(self.num) is not self:
                return  # the dialog that configures subplots is a figure too, and pyplot must not hear of it
            if gate.at_rest and not gui.busy:
                Gcf.set_active(self)
            else:
                context.clicked = self

        @property
        def window(self) -> Any:
            """The window; in other threads than the GUI's, one whose methods are carried over."""
            window = self._gshell_window
            return window if gui.is_here() or gui.gone else carried(window, gui.call, partial(is_native, context))

        @window.setter
        def window(self, window: Any) -> None:
            self._gshell_window = window

        @classmethod
        def create_with_canvas(cls, canvas_class: Any, figure: Any, num: int) -> Any:
            if gui.gone:
                return FigureManagerBase(FigureCanvasAgg(figure), num)
            gui.assert_plotting_thread(f"figure {num}")
            return gui.call(lambda: cls._gshell_create(canvas_class, figure, num))

        @classmethod
        def _gshell_create(cls, canvas_class: Any, figure: Any, num: int) -> Any:
            # In interactive mode matplotlib would show the window, which is to have a place first.
            interactive = matplotlib.is_interactive()
            matplotlib.interactive(False)
            try:
                manager = super().create_with_canvas(canvas_class, figure, num)
            finally:
                matplotlib.interactive(interactive)
            toolkit.keep_focus_away(manager)
            context.places.opened(manager)
            context.unseen.add(manager)
            if interactive:
                manager.show()
                manager.canvas.draw_idle()
            return manager

        @classmethod
        @protected
        def pyplot_show(cls, *, block: bool | None = None) -> None:
            gui.assert_plotting_thread("show")
            managers = Gcf.get_all_fig_managers()

            def show() -> None:
                for manager in managers:
                    manager.show()
                    manager.canvas.draw_idle()

            gui.call(show)  # one call for all of them: plt.pause() does this every time
            if block is None:
                block = context.blocking_show() and not matplotlib.is_interactive()
            if not block or not managers or gui.is_here():
                return
            with gate.waiting():
                while Gcf.figs:
                    wait(context.closed, 0.2)  # Gcf.destroy_all() empties `figs` after the last of them is closed

        def gshell_closed(self, destroy: Callable[[], None]) -> None:
            # The window goes at once; what the figure's own callbacks do about it waits for its turn.
            context.places.left(self, resized=self.canvas._gshell_resized)
            context.turns.add(destroy)

        def destroy(self, *args: Any) -> None:
            def carried_out() -> None:
                context.places.left(self, resized=self.canvas._gshell_resized)
                super(FigureManager, self).destroy(*args)
                # matplotlib leaves that out when the window was closed by the user; but a figure that is kept has
                # to find a canvas that exists, to be saved.
                FigureManagerBase.destroy(self)
                FigureCanvasAgg(self.canvas.figure)  # and a loop that blits, one that can
                toolkit.destroy(self)

            gui.call(carried_out)
            context.closed_figures.add(self.canvas.figure)
            context.closed.put(None)
            self.canvas.gshell_end_wait()
            gui.collect_soon()  # a figure is a cycle of objects, few for the megabytes that it holds

    for name in _MANAGER_CALLS:
        setattr(FigureManager, name, carried_over(base, name, context))
    return FigureManager

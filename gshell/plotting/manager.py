"""The figure manager: a window that is made, shown and destroyed on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import matplotlib
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gshell.gui.carried import carried
from gshell.plotting.backend_state import BackendState
from gshell.plotting.canvas import LiveCanvas
from gshell.plotting.crossing import carried_over, is_native, made, wait
from gshell.plotting.kit import FigureKit
from gshell.plotting.reopening import in_main_program
from gshell.plotting.toolbar import LiveToolbar, carry_triggers, make_tool_container
from gshell.threads.claim import Claim
from gshell.threads.protection import protected

_CONNECTIONS = (
    "_cidgcf", "key_press_handler_id", "button_press_handler_id", "scroll_handler_id", "_id_press", "_id_release",
    "_id_drag",
)  # fmt: skip
"""By which matplotlib's managers and toolbars are connected to a figure's events."""
# Methods that act on the window.
_MANAGER_CALLS = ("full_screen_toggle", "set_window_title", "get_window_title")


class LiveManager(FigureManagerBase):
    """What our managers have in common, whatever the toolkit.  matplotlib calls its methods in any thread."""

    _gshell_state: BackendState
    _gshell_window: Any
    canvas: LiveCanvas

    def __init__(self, canvas: LiveCanvas, num: int | str, *args: Any) -> None:
        """On the GUI thread."""
        self._gshell_state.gui.assert_here()
        super().__init__(canvas, num, *args)
        if self.toolmanager is not None:
            carry_triggers(self.toolmanager, self._gshell_state)
        # pyplot makes the figure the current one when it is clicked on, unless it finds this.  Not in the middle of a
        # command: its next plot() would go elsewhere.
        self._cidgcf = canvas.mpl_connect("button_press_event", lambda event: self._gshell_clicked())

    @classmethod
    def create_with_canvas(
        cls, canvas_class: type[FigureCanvasBase], figure: Figure, num: int | str
    ) -> FigureManagerBase:
        state = cls._gshell_state
        if state.gui.gone:
            return FigureManagerBase(FigureCanvasAgg(figure), num)
        state.threads.assert_may_plot(f"figure {num}")
        made: list[LiveManager] = []
        of_main_program = in_main_program()
        state.closed_by_hand.forget(num)

        def undo() -> None:
            for manager in made:
                manager.destroy()

        try:
            state.gui.call(lambda: made.append(cls._gshell_create(canvas_class, figure, num, of_main_program)))
        except KeyboardInterrupt:
            state.gui.post(undo)  # it may have been under way: pyplot does not know of it, and nobody could close it
            raise
        return made[0]

    @classmethod
    def _gshell_create(
        cls, canvas_class: type[FigureCanvasBase], figure: Figure, num: int | str, of_main_program: bool
    ) -> LiveManager:
        """The same, on the GUI thread."""
        cls._gshell_state.gui.assert_here()
        # In interactive mode matplotlib would show the window, which is to have a place first.
        interactive = matplotlib.is_interactive()
        matplotlib.interactive(False)
        try:
            manager = super().create_with_canvas(canvas_class, figure, num)
            assert isinstance(manager, LiveManager)
        finally:
            matplotlib.interactive(interactive)
        state = cls._gshell_state
        state.kit.keep_focus_away(manager)
        state.places.opened(manager)
        state.unseen.add(manager)
        if of_main_program:
            state.of_main_program.add(manager)
        if interactive:
            manager.show()
            manager.canvas.draw_idle()
        return manager

    @property
    def window(self) -> Any:
        """The window; in other threads than the GUI's, one whose methods are carried over."""
        window, state = self._gshell_window, self._gshell_state
        if state.gui.is_here() or state.gui.gone:
            return window
        return carried(window, state.gui.call, partial(is_native, state))

    @window.setter
    def window(self, window: Any) -> None:
        self._gshell_window = window

    def _gshell_call(self, function: Callable[[], object]) -> None:
        """Run `function()`, which acts on the window, on the GUI thread, unless the user has closed it."""
        state = self._gshell_state
        if not state.gui.gone:
            state.gui.call(lambda: state.kit.exists(self.canvas) and function())

    def resize(self, w: float, h: float, **kwargs: Any) -> None:
        self.canvas.gshell_ask_size()
        stock: Any = super()
        self._gshell_call(lambda: stock.resize(w, h, **kwargs))

    def show(self) -> None:
        self._gshell_state.unseen.discard(self)
        self._gshell_call(super().show)

    @classmethod
    @protected
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        state = cls._gshell_state
        state.threads.assert_may_plot("show")
        if state.gui.gone:
            return
        managers = Gcf.get_all_fig_managers()

        def show() -> None:
            for manager in managers:
                manager.show()
                manager.canvas.draw_idle()

        state.gui.call(show)  # one call for all of them: plt.pause() does this every time
        if block is None:
            block = state.blocking_show() and not matplotlib.is_interactive()
        if not block or not managers or state.gui.is_here():
            return
        with state.gate.waiting():
            while Gcf.figs:
                wait(state.closed, 0.2)  # Gcf.destroy_all() empties `figs` after the last of them is closed

    def _gshell_clicked(self) -> None:
        """The user has clicked on the figure.  On the GUI thread, in its turn."""
        state = self._gshell_state
        if self not in Gcf.figs.values():
            return  # the dialog that configures subplots is a figure too, and pyplot must not hear of it
        if state.gate.at_rest and not state.gui.busy:
            Gcf.set_active(self)
        else:
            state.click(self)

    def gshell_closed(self, destroy: Callable[[], None]) -> None:
        """The user has closed the window.  On the GUI thread."""
        # It goes at once; what the figure's own callbacks do about it waits for its turn.
        state = self._gshell_state
        state.gui.assert_here()
        state.places.left(self, resized=self.canvas.gshell_resized)
        if self in Gcf.figs.values():  # else pyplot has closed it, and the window says so too
            state.closed_by_hand.add(self.num, self.canvas.figure, keep=self in state.of_main_program)
        state.turns.add(destroy)

    def destroy(self, *args: Any) -> None:
        state = self._gshell_state
        window = Claim(self)

        def destroy() -> None:
            if window.take() is not None:
                self._gshell_destroy(*args)

        try:
            if state.gui.gone:
                FigureManagerBase.destroy(self)
                FigureCanvasAgg(self.canvas.figure)
            else:
                state.gui.call(destroy)
        except KeyboardInterrupt:
            state.gui.post(destroy)  # the call was cancelled, and pyplot has forgotten the window already
            raise
        finally:
            figures: dict[Any, Any] = Gcf.figs
            if figures.get(self.num) is self:
                del figures[self.num]  # Gcf.destroy_all() does that in its end, which an exception would leave out
            state.closed_figures.add(self.canvas.figure)
            state.closed.put(None)
            self.canvas.gshell_end_wait()
            state.gui.collect_soon()  # a figure is a cycle of objects, few for the megabytes that it holds

    def _gshell_destroy(self, *args: Any) -> None:
        """Destroy the window.  On the GUI thread."""
        state = self._gshell_state
        state.gui.assert_here()
        state.places.left(self, resized=self.canvas.gshell_resized)
        super().destroy(*args)
        # matplotlib leaves that out when the window was closed by the user; but a figure that is kept has to find a
        # canvas that exists, to be saved.
        FigureManagerBase.destroy(self)
        self._gshell_disconnect()
        FigureCanvasAgg(self.canvas.figure)  # and a loop that blits, one that can
        state.kit.destroy(self)

    def _gshell_disconnect(self) -> None:
        """Have the figure know this window no more: it may get another, whose keys and buttons are not for this one."""
        for owner in [self] if self.toolbar is None else [self, self.toolbar]:
            for name in _CONNECTIONS:
                # Not by getattr(): the toolbar may be gone, all but its variables.
                number = vars(owner).get(name)
                if number is not None:
                    self.canvas.mpl_disconnect(number)
            for name in ("_pan_info", "_zoom_info"):  # while a button is held down; its end would connect the toolbar
                under_way = vars(owner).get(name)
                if under_way is not None:
                    self.canvas.mpl_disconnect(under_way.cid)
        tools: Any = self.toolmanager
        if tools is not None:
            tools.set_figure(None, update_tools=False)


def make_manager(
    kit: FigureKit[Any, Any, Any], toolbar: type[LiveToolbar] | None, state: BackendState
) -> type[LiveManager]:
    """Return a subclass of the kit's figure manager, with our toolbar class."""
    stock: Any = kit.manager
    return made(
        "FigureManager",
        LiveManager,
        stock,
        _gshell_state=state,
        _toolbar2_class=toolbar,
        _toolmanager_toolbar_class=make_tool_container(stock._toolmanager_toolbar_class, state),
        **{name: carried_over(getattr(stock, name), state) for name in _MANAGER_CALLS},
    )

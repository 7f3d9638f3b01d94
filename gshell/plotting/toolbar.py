"""The toolbar: its buttons wait for their turn, what it shows is posted."""

from __future__ import annotations

from matplotlib.backend_bases import NavigationToolbar2, ToolContainerBase
from matplotlib.backend_managers import ToolManager

from gshell.plotting.backend_state import BackendState
from gshell.plotting.crossing import Live, carried_over, in_turn, made, posted

_BUTTONS = ("home", "back", "forward", "pan", "zoom", "configure_subplots", "save_figure", "edit_parameters")
# What matplotlib has the toolbar show, also when the worker adds axes.
_TOOLBAR_SHOWS = ("set_history_buttons", "set_message", "draw_rubberband", "remove_rubberband")
_TOOL_ITEMS = ("add_toolitem", "remove_toolitem", "toggle_toolitem", "set_message")


class LiveToolbar(Live, NavigationToolbar2):
    """What our toolbars have in common, whatever the toolkit."""


class LiveToolContainer(Live, ToolContainerBase):
    """The same for rcParams["toolbar"] = "toolmanager"."""


def make_toolbar(stock: type[NavigationToolbar2] | None, state: BackendState) -> type[LiveToolbar] | None:
    """Return a subclass of `stock`, a toolkit's toolbar of matplotlib's; None if that has none."""
    if stock is None:
        return None
    buttons = {name: in_turn(getattr(stock, name), state) for name in _BUTTONS if hasattr(stock, name)}
    kit = state.kit
    shows = {name: posted(getattr(stock, name), state, lambda bar: kit.exists(bar.canvas)) for name in _TOOLBAR_SHOWS}
    return made("NavigationToolbar", LiveToolbar, stock, _gshell_state=state, **buttons, **shows)


def make_tool_container(stock: type[ToolContainerBase] | None, state: BackendState) -> type[LiveToolContainer] | None:
    """Return a subclass of `stock`, a toolkit's toolbar for the tool manager; None for None."""
    if stock is None:
        return None
    items = {name: carried_over(getattr(stock, name), state, lambda itself: itself) for name in _TOOL_ITEMS}
    trigger = in_turn(stock.trigger_tool, state)
    return made("ToolContainer", LiveToolContainer, stock, _gshell_state=state, trigger_tool=trigger, **items)


def carry_triggers(toolmanager: ToolManager, state: BackendState) -> None:
    """Have a tool that the worker triggers do its work on the GUI thread: it may open a dialog."""
    stock = toolmanager.trigger_tool

    def trigger_tool(*args: object, **kwargs: object) -> None:
        state.gui.call(lambda: stock(*args, **kwargs))  # type: ignore[arg-type]

    toolmanager.trigger_tool = trigger_tool  # type: ignore[method-assign]

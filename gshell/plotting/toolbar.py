"""The toolbar: its buttons wait for their turn, what it shows is posted."""

from __future__ import annotations

from typing import Any

from gshell.plotting.backend_state import Context
from gshell.plotting.crossing import Live, carried_over, changed, in_turn, posted

_BUTTONS = ("home", "back", "forward", "pan", "zoom", "configure_subplots", "save_figure", "edit_parameters")
# What matplotlib has the toolbar show, also when the worker adds axes.
_TOOLBAR_SHOWS = ("set_history_buttons", "set_message", "draw_rubberband", "remove_rubberband")
_TOOL_ITEMS = ("add_toolitem", "remove_toolitem", "toggle_toolitem", "set_message")


def make_toolbar(base: Any, context: Context) -> type | None:
    """Return a subclass of `base`, a toolkit's toolbar of matplotlib's; None if that has none."""
    if base is None:
        return None
    base = changed(base, context.toolkit.toolbar_changes)
    toolbar = type("NavigationToolbar", (Live, base), {"_gshell_context": context})
    for name in _BUTTONS:
        if hasattr(base, name):
            setattr(toolbar, name, in_turn(base, name, context))
    for name in _TOOLBAR_SHOWS:
        setattr(toolbar, name, posted(base, name, context))
    return toolbar


def make_tool_container(base: Any, context: Context) -> type | None:
    """Return a subclass of `base`, a toolkit's toolbar for rcParams["toolbar"] = "toolmanager"; None for None."""
    if base is None:
        return None
    container = type("ToolContainer", (Live, base), {"_gshell_context": context})
    container.trigger_tool = in_turn(base, "trigger_tool", context)  # type: ignore[attr-defined]
    for name in _TOOL_ITEMS:
        setattr(container, name, carried_over(base, name, context, lambda itself: itself))
    return container


def carry_triggers(toolmanager: Any, context: Context) -> None:
    """Have a tool that the worker triggers do its work on the GUI thread: it may open a dialog."""
    stock = toolmanager.trigger_tool
    toolmanager.trigger_tool = lambda *args, **kwargs: context.gui.call(lambda: stock(*args, **kwargs))

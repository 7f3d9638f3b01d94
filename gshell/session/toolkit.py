"""Whose windows a session has: the toolkit that is asked for, if it can be had, and no other beside it."""

from __future__ import annotations

from collections.abc import Callable

from gshell.gui import choose
from gshell.gui.access import WithWindows
from gshell.gui.thread import GuiThread
from gshell.gui.toolkit_imports import prepare_imports, refuse_imports
from gshell.matplotlibrc import configured_backend
from gshell.plotting.install import Plotting
from gshell.threads.role import UNBROKEN, WITHOUT_GIL, has_gil


def use_toolkit(
    wanted: str, gui: GuiThread, plotting: Plotting, is_worker: Callable[[], bool], *, tell: bool
) -> list[str]:
    """Have figures in the windows of `wanted`, one of choose.NAMES, or off-screen.  Once, at start.

    `is_worker()`: whether the calling thread is the worker.  Returns lines for the user where that is not what was
    wanted; for "auto" only if `tell`.
    """
    if not has_gil():  # the gate's proof needs it
        refuse_imports(WITHOUT_GIL)
        plotting.install("agg")
        return [f"{WITHOUT_GIL}: figures are drawn off-screen, and Ctrl-C can't break {UNBROKEN}"]
    name = choose.resolved(wanted)
    if name == "auto":
        name = choose.automatic()
        if name == "none":  # what is configured draws no windows, or nothing is installed
            backend = configured_backend()
            refuse_imports(f"matplotlib is configured for {backend}" if backend else "no toolkit is installed")
            plotting.install(None if backend else "agg")
            return []
    if name == "none":
        refuse_imports("it was started with --no-gui")
        plotting.install("agg")
        return []
    if reason := _why_not(name):
        refuse_imports(reason)
        plotting.install("agg")
        told = wanted != "auto" or tell
        return [f"{reason}: figures are drawn off-screen and can be saved"] if told else []
    toolkit = choose.TOOLKITS[name]
    gui.use(toolkit)
    prepare_imports(toolkit, WithWindows(gui, is_worker))
    plotting.install(toolkit.backends.split()[0])
    return []


def _why_not(name: str) -> str:
    """Why the toolkit `name` can show no windows here; empty if it can, as far as that is known before it is loaded."""
    if reason := choose.why_not(name):
        return reason
    reason = choose.TOOLKITS[name].why_no_display()
    return f"no display ({reason})" if reason else ""

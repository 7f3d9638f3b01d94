"""Python's cyclic garbage collector, on the GUI thread.

The collector runs in whatever thread happens to allocate the object too many.  In the worker it would destroy
widgets (a closed figure is a cycle of Python objects around them), and a widget that is destroyed outside the GUI
thread takes the process with it.  So while a toolkit runs, automatic collection is off, and a timer on the GUI
thread collects when CPython's own thresholds say so.  `gc.collect()` from elsewhere is carried to the GUI thread.
"""

from __future__ import annotations

import gc
import os

from gshell.gui.thread import GuiThread
from gshell.gui.toolkit import Toolkit

INTERVAL = 0.1
"""Seconds between two looks at the counters."""


def collect_on_gui_thread(gui: GuiThread, toolkit: Toolkit) -> None:
    """From now on collect garbage on the GUI thread only.  On the GUI thread."""
    gui.assert_here()
    collect = gc.collect

    def collect_there(generation: int = 2) -> int:
        return gui.call(lambda: collect(generation))

    def look() -> None:
        gc.disable()  # the user's code may have switched it on
        if gc.get_threshold()[0] and (generation := _due()) is not None:
            collect(generation)

    def after_fork() -> None:
        gc.collect = collect
        gc.enable()

    os.register_at_fork(after_in_child=after_fork)
    gc.disable()
    gc.collect = collect_there
    toolkit.every(INTERVAL, look)


def _due() -> int | None:
    """The oldest generation whose counter has passed its threshold."""
    due = None
    for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
        if not threshold or count <= threshold:
            break
        due = generation
    return due

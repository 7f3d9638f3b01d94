"""What programs find when they import tkinter in a session without windows: a RuntimeError where there is no display.

It is a TclError as well, which is what programs expect.
"""

from __future__ import annotations

import functools
import tkinter
from collections.abc import Callable
from types import ModuleType
from typing import Any

from gshell.gui.access import Access
from gshell.gui.display import why_no_display


class NoDisplay(RuntimeError, tkinter.TclError):
    """There is no display for a main window."""


def refuse(module: ModuleType, access: Access) -> None:
    """Have a main window that can't be made raise what `access` raises.  Once, when somebody imports tkinter."""
    stock: Callable[..., None] = tkinter.Tk.__init__

    @functools.wraps(stock)
    def init_tk(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            stock(self, *args, **kwargs)
        except tkinter.TclError:
            if not why_no_display():
                raise
            try:
                access.assert_may_make(type(self).__name__)
            except RuntimeError as error:
                raise NoDisplay(*error.args) from None

    tkinter.Tk.__init__ = init_tk  # type: ignore[method-assign]

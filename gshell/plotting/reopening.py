"""Figures whose windows the user has closed, perhaps by mistake: `figure(1)` at the prompt brings one back."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from weakref import WeakValueDictionary

from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure

from gshell.plotting.patches import patch

KEPT = 3
"""Figures that are kept although nobody else does: each may hold much memory."""


class ClosedFigures:
    """The figures that were closed by hand, by their numbers; those that a program has closed are not meant.

    The last few are kept alive if code at the prompt or a script has made them.  Those that a module has made, a window
    of its own, are its affair.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[int | str, Figure] = WeakValueDictionary()
        self._kept: dict[int | str, Figure] = {}  # the last closed last

    def add(self, number: int | str, figure: Figure, *, keep: bool) -> None:
        """A figure's window was closed by hand.  On the GUI thread."""
        self._known[number] = figure
        self._kept.pop(number, None)
        if keep:
            self._kept[number] = figure
            for oldest in list(self._kept)[:-KEPT]:
                self._kept.pop(oldest, None)

    def forget(self, number: int | str) -> None:
        """There is another figure of this number, or none is wanted.  From any thread."""
        self._kept.pop(number, None)
        self._known.pop(number, None)

    def forget_all(self) -> None:
        """None is wanted any more.  In the worker."""
        self._kept.clear()
        self._known.clear()

    def find(self, wanted: object) -> tuple[int | str, Figure] | None:
        """The number and the figure that `wanted` means: a number, or a figure's label.  In the worker."""
        for number, figure in list(self._known.items()):
            label = figure.get_label()
            if wanted == number or (isinstance(wanted, str) and wanted == label):
                return number, figure
        return None


def reopen(number: int | str, figure: Figure) -> None:
    """Give a figure a window again, with this number if it is free, and make it the current one.  In the worker."""
    from matplotlib import pyplot

    numbers = pyplot.get_fignums()
    if number in numbers:
        number = max(numbers) + 1
    backend = pyplot._get_backend_mod()
    Gcf._set_new_active_manager(backend.new_figure_manager_given_figure(number, figure))


def is_typed(frame: FrameType) -> bool:
    """Whether this is the code of a cell itself, and not of a function or a script."""
    return frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith("<In [")


def in_main_program() -> bool:
    """Whether matplotlib is called by code of the prompt's or of a script, and not of a module.  In the worker."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("matplotlib", "gshell")):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == "__main__"


def figure_reopens(pyplot: Any, known: Callable[[], ClosedFigures | None]) -> None:
    """Have `figure(1)`, typed at the prompt, bring a figure back that was closed by hand.

    Nothing but the number: whoever says what the figure is to be like wants another.  In a script or a function it is a
    new figure, as in plain matplotlib.  And what `close()` has closed is gone.  `known()` returns the closed figures.
    """
    stock_figure, stock_close = pyplot.figure, pyplot.close

    @functools.wraps(stock_figure)
    def figure(num: Any = None, *args: Any, **kwargs: Any) -> Any:
        figures = known()
        if figures is not None and isinstance(num, int | str) and not (args or kwargs):
            closed = figures.find(num)
            if closed is not None and is_typed(sys._getframe(1)):
                reopen(*closed)
                print(f"figure {num} is back as it was; clf() empties it", file=sys.stderr)
                return closed[1]
        return stock_figure(num, *args, **kwargs)

    @functools.wraps(stock_close)
    def close(fig: Any = None) -> None:
        stock_close(fig)
        figures = known()
        if figures is not None and fig == "all":
            figures.forget_all()
        elif figures is not None and isinstance(fig, int | str):
            figures.forget(fig)

    patch(pyplot, figure=figure, close=close)


def show_reopens(figure_class: Any, had_window: Callable[[Figure], bool]) -> None:
    """Have the show() of a figure give it a window again, if it had one."""
    stock = figure_class.show

    @functools.wraps(stock)
    def show(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.canvas.manager is None and had_window(self):
            reopen(self.number, self)
        stock(self, *args, **kwargs)

    figure_class.show = show

"""Figures as a session is kept, and as it is restored."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any


class KeptFigures:
    """The figures that pyplot knows.  Loads nothing of matplotlib's that is not there."""

    def open(self) -> Mapping[int | str, object]:
        """They, by their numbers; the current one last.  From any thread."""
        helpers = sys.modules.get("matplotlib._pylab_helpers")
        managers = {} if helpers is None else dict(helpers.Gcf.figs)
        return {number: manager.canvas.figure for number, manager in managers.items()}

    def let_go(self) -> None:
        """In a forked child that pickles them: have them know nothing of windows.

        A figure whose manager pyplot knows would open a window as soon as it is read.
        """
        helpers = sys.modules.get("matplotlib._pylab_helpers")
        if helpers is not None:
            helpers.Gcf.figs.clear()

    def reopen(self, figures: Iterable[tuple[int | str, Any]]) -> None:
        """Give figures windows again, with these numbers: instead of those that have them.  In the worker."""
        for number, figure in figures:
            from matplotlib import pyplot

            from gshell.plotting.reopening import reopen

            tell_of_changes(figure)
            pyplot.close(number)
            reopen(number, figure)


def tell_of_changes(figure: Any) -> None:
    """Have the artists of a figure tell it of changes, so that it is drawn, as they did before it was pickled.

    `pickle` leaves that out: in matplotlib a figure that was read is only drawn when one asks for it.
    """
    from matplotlib import pyplot
    from matplotlib.artist import _stale_axes_callback  # type: ignore[attr-defined]
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase, _stale_figure_callback  # type: ignore[attr-defined]

    for artist in figure.findobj():
        if artist.axes is not None and not isinstance(artist, Axes):
            artist.stale_callback = _stale_axes_callback
    for each in figure.findobj(FigureBase):
        for child in each.get_children():
            child.stale_callback = _stale_figure_callback
    figure.stale_callback = pyplot._auto_draw_if_interactive

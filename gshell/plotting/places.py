"""Where the windows of figures were left: a figure of the same number opens there again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.backend_bases import FigureManagerBase

from gshell.plotting.kit import FigureKit, Geometry

ROUNDING = 2
"""Pixels by which a window may come out elsewhere than it was placed, on a screen with fractional scaling."""


@dataclass(frozen=True)
class _Place:
    opened: tuple[int, int]
    """The size that the figure had when its window opened: (width, height), pixels."""
    left: Geometry
    resized: bool
    """Whether the user has made the window larger or smaller."""


class Places:
    """The places of windows by figure number.  On the GUI thread, all of it."""

    def __init__(self, kit: FigureKit[Any, Any, Any]) -> None:
        self._kit = kit
        self._places: dict[int | str, _Place] = {}
        self._opened: dict[int | str, tuple[int, int]] = {}

    def opened(self, manager: FigureManagerBase) -> None:
        """A figure manager has a window, not shown yet."""
        size = manager.canvas.get_width_height()
        self._opened[manager.num] = size
        place = self._places.get(manager.num)
        if place is not None:
            x, y, width, height = place.left
            # If it opens in another size than last time, then the user's code wants it so.
            same = place.resized and size == place.opened
            self._kit.place(manager, (x, y), (width, height) if same else None)

    def left(self, manager: FigureManagerBase, *, resized: bool) -> None:
        """The window is about to be closed; `resized`: the user, and not the program, has changed its size."""
        geometry = self._kit.geometry(manager)
        opened = self._opened.get(manager.num)
        if geometry is None or opened is None:
            return
        before = self._places.get(manager.num)
        if before is not None and all(
            abs(new - old) <= ROUNDING for new, old in zip(geometry, before.left, strict=True)
        ):
            geometry = before.left  # or it would creep over the screen
        self._places[manager.num] = _Place(opened, geometry, resized)

"""What is replaced in matplotlib's modules, in one visible way."""

from __future__ import annotations

from types import ModuleType

from matplotlib.backend_bases import CloseEvent

from gshell.plotting.kit import Wrap


def patch(module: ModuleType, **names: object) -> None:
    """Have everybody find these in one of matplotlib's modules from now on."""
    for name, value in names.items():
        setattr(module, name, value)


def close_events_in_turn(module: ModuleType, in_turn: Wrap) -> None:
    """Have a canvas report in its turn that it was destroyed, where this module of matplotlib's makes the event.

    That may be anywhere: in a handler of the toolkit's, in a function inside another.  So what it makes is replaced.
    """

    class CloseEventInTurn(CloseEvent):
        def _process(self) -> None:
            in_turn(super()._process)()  # type: ignore[misc]

    patch(module, CloseEvent=CloseEventInTurn)

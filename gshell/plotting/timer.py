"""The timer: it lives on the GUI thread, and what it does waits for its turn."""

from __future__ import annotations

from typing import Any

from gshell.plotting.backend_state import Context
from gshell.plotting.crossing import changed


def make_timer(base: Any, context: Context) -> type:
    """Return a subclass of `base`, a toolkit's timer of matplotlib's."""
    gui = context.gui
    base = changed(base, context.toolkit.timer_changes)

    class Timer(base):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            gui.call(lambda: super(Timer, self).__init__(*args, **kwargs))

        def __del__(self) -> None:
            # In a list, out of which the GUI thread takes it: the last reference has to go there.
            timer = [self.__dict__.pop("_timer", None)]
            if timer[0] is not None:
                gui.post(lambda: context.toolkit.destroy_timer(timer.pop()))

        def _on_timer(self) -> bool:
            context.turns.add_timer(self, super()._on_timer)
            return True  # or GTK would take it for the last time

        def _timer_start(self) -> None:
            gui.call(super()._timer_start)

        def _timer_stop(self) -> None:
            stop = super()._timer_stop

            def stop_here() -> None:
                stop()
                context.turns.drop_timer(self)

            gui.call(stop_here)

        def _timer_set_interval(self) -> None:
            gui.call(super()._timer_set_interval)

        def _timer_set_single_shot(self) -> None:
            gui.call(super()._timer_set_single_shot)

    return Timer

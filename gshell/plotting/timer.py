"""The timer: it lives on the GUI thread, and what it does waits for its turn."""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import TimerBase

from gshell.plotting.backend_state import BackendState
from gshell.plotting.crossing import Method, made


class LiveTimer(TimerBase):
    """What our timers have in common, whatever the toolkit."""

    _gshell_state: BackendState
    _gshell_is_gone = False
    """Whether the collector, in whatever thread, is about to take it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._gshell_state.gui.call(lambda: super(LiveTimer, self).__init__(*args, **kwargs))

    def __del__(self) -> None:
        self._gshell_is_gone = True
        # In a list, out of which the GUI thread takes it: the last reference has to go there.
        timer = [self.__dict__.pop("_timer", None)]
        if timer[0] is not None:
            state = self._gshell_state
            state.gui.post(lambda: state.kit.destroy_timer(timer.pop()))


def make_timer(stock: type[TimerBase], state: BackendState) -> type[LiveTimer]:
    """Return a subclass of `stock`, a toolkit's timer of matplotlib's."""
    gui, turns = state.gui, state.turns
    methods: Any = stock  # matplotlib's private ones

    def _on_timer(self: LiveTimer) -> bool:
        """The toolkit calls it, on the GUI thread."""

        def act() -> None:
            if not self._gshell_is_gone:
                methods._on_timer(self)

        turns.add_timer(self, act)
        return True  # or GTK would take it for the last time

    def _timer_stop(self: LiveTimer) -> None:
        def stop() -> None:
            methods._timer_stop(self)
            turns.drop_timer(self)

        gui.call(stop)

    def carried(method: Method) -> Method:
        return lambda self: gui.call(lambda: method(self))

    return made(
        "Timer",
        LiveTimer,
        stock,
        _gshell_state=state,
        _on_timer=_on_timer,
        _timer_start=carried(methods._timer_start),
        _timer_stop=_timer_stop,
        _timer_set_interval=carried(methods._timer_set_interval),
        _timer_set_single_shot=carried(methods._timer_set_single_shot),
    )

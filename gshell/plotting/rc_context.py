"""The rcParams of a figure that is drawn while the user's code is inside a style context.

    with plt.style.context("ggplot"):
        fig, ax = plt.subplots()
        compute_for_a_minute()

A draw reads rcParams: ticks are made when they are first needed, with the colours of that moment.  In plain matplotlib
this figure is drawn after the block, whatever happens in it.  Here it may be drawn in the middle (the user pans it),
and would come out differently.  So for a draw that the user's code did not ask for, the context is left meanwhile.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from gshell.threads.gate import Gate


class OutermostParameters:
    """rcParams as they were when the worker entered the outermost of the contexts that it is in."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._outermost: dict[str, Any] | None = None
        self._inner: list[dict[str, Any]] = []  # the worker's own, while others are used
        gate.on_overtaking(self._put_back)
        self._rc_params: dict[str, Any] = {}

    def install(self, matplotlib: ModuleType) -> None:
        """Watch matplotlib.rc_context, which style.context() uses too.  Before matplotlib.style is imported."""
        self._rc_params = matplotlib.rcParams
        stock = matplotlib.rc_context

        @contextmanager
        @functools.wraps(stock)
        def rc_context(*args: Any, **kwargs: Any) -> Iterator[None]:
            outermost = self._outermost is None and self._gate.is_worker()
            if outermost:
                self._outermost = dict.copy(self._rc_params)
            try:
                with stock(*args, **kwargs):
                    yield
            finally:
                if outermost:
                    self._outermost = None

        matplotlib.rc_context = rc_context  # type: ignore[attr-defined]

    @contextmanager
    def for_draw(self) -> Iterator[None]:
        """Use them meanwhile, if the worker stands still in its own code.  On the GUI thread, under the gate."""
        if self._outermost is None or self._gate.at_rest:
            yield
            return
        # dict's own methods: rcParams' look at every value.
        self._inner.append(dict.copy(self._rc_params))
        dict.update(self._rc_params, self._outermost)
        try:
            yield
        finally:
            self._put_back()

    def _put_back(self) -> None:
        """The draw has ended; or the worker goes on before it has, and is to find its own, or to end the context."""
        with suppress(IndexError):
            dict.update(self._rc_params, self._inner.pop())

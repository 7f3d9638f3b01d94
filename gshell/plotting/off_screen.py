"""Waiting for a click in a figure that is drawn off-screen: nobody can click there, so that is said at once."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from gshell.plotting.patches import patch


def clicks_need_a_window(blocking_input: ModuleType, why_off_screen: Callable[[], str]) -> None:
    """Have ginput(), waitforbuttonpress() and clabel(manual=True) end at once in a figure without a window.

    They return what they do after their time-out.  `why_off_screen()`: why there are no windows here; "" if there are.
    """
    stock: Callable[..., None] = blocking_input.blocking_input_loop

    @functools.wraps(stock)
    def blocking_input_loop(figure: Any, *args: Any, **kwargs: Any) -> None:
        if figure.canvas.required_interactive_framework is not None:
            stock(figure, *args, **kwargs)
            return
        why = why_off_screen() or "it is drawn off-screen, or was closed"
        print(f"nobody can click or press a key in this figure, it has no window: {why}", file=sys.stderr)

    patch(blocking_input, blocking_input_loop=blocking_input_loop)

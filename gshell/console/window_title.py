"""The title of the terminal's window."""

from __future__ import annotations

import os

from prompt_toolkit.output import Output


class WindowTitle:
    """It, on the terminal of a prompt."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def set_title(self, title: str) -> None:
        """Set the title of the terminal's window."""
        self._output.set_title(title)
        self._output.flush()

    def keep_title(self) -> None:
        """Have the terminal remember the title that its window has now."""
        self._window_operation("22;2")

    def restore_title(self) -> None:
        """Give the window the title again that it had."""
        self._window_operation("23;2")

    def _window_operation(self, number: str) -> None:
        if os.environ.get("TERM", "dumb") not in ("dumb", "linux", "eterm-color"):
            self._output.write_raw(f"\x1b[{number}t")  # xterm's control sequences, "window manipulation"
            self._output.flush()

"""prompt_toolkit's session of a prompt, in which a key costs less."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.layout import Container, Layout


class QuickSession(PromptSession[str]):
    """A prompt that reads text.  In the console thread."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.app.ttimeoutlen = 0.05
        self.app.terminal_size_polling_interval = None  # resizes come as SIGWINCH, see console.py

    def _create_layout(self) -> Layout:
        layout = super()._create_layout()
        return StillLayout(layout.container, layout.current_window)


class StillLayout(Layout):
    """A layout whose containers stay the same while it is on the screen.

    prompt_toolkit looks for all of them several times at each key and each drawing, through generators within
    generators: a tenth of the time that a command takes at the prompt.  Here they are looked for once for each prompt.
    """

    _found: list[Container] | None = None

    def reset(self) -> None:
        """A prompt begins."""
        self._found = None
        super().reset()

    def walk(self) -> Iterable[Container]:
        """All containers."""
        if self._found is None:
            self._found = [*super().walk()]
        return self._found

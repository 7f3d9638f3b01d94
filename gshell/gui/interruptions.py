"""What the GUI thread asks of Ctrl-C."""

from __future__ import annotations

from typing import Protocol


class Interruptions(Protocol):
    """What Ctrl-C has done to the command that runs in the worker."""

    @property
    def role(self) -> bool:
        """Whether the worker has the main-thread role."""

    @property
    def busy(self) -> bool:
        """Whether a command runs, or is about to."""

    @property
    def pending(self) -> bool:
        """Whether KeyboardInterrupt is due."""

    def keep(self) -> None:
        """Have KeyboardInterrupt, which was raised and caught, raised once more.  In the worker."""

"""What the ladder is told: events, and the facts of the moment when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Event(Enum):
    """What happens in the worker (or, without the role, to it), as the ladder is told."""

    HEARD = auto()
    """The shell's own SIGINT handler has run."""
    TRUSTED = auto()
    """It has left the first press to the command, which polls KBINT."""
    RAISED = auto()
    """KeyboardInterrupt was raised."""
    THROWN = auto()
    """It was set as an asynchronous exception."""
    ANSWERED = auto()
    """The handler of a NUDGE has run."""
    ACCEPTED = auto()
    """What was raised has been caught by one who means that: a debugger at its prompt."""


@dataclass(frozen=True)
class Facts:
    """What the ladder has to know of the world, at the moment when it is asked."""

    role: bool = True
    """The worker has the main-thread role: signal handlers run in it."""
    ours: bool = True
    """The handler of SIGINT is the shell's (and not the user's, or asyncio's)."""
    due: float | None = None
    """Since when a KeyboardInterrupt is due that could not be raised yet."""
    flag: bool = True
    """KBINT is still set: the command has not taken the interrupt for itself."""
    protected: bool = False
    """The command is in a protect() block."""
    moved: bool = False
    """The worker has come on since the exception was thrown."""
    own_prompt: bool = False
    """A program of the command's has the terminal: there Ctrl-C may mean something else."""

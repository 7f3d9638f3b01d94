"""How a command ended: what the worker hands back to the console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what the prompt after it looks like."""

    status: int = 0
    """The exit status that a program would have had."""
    leave: bool = False
    """The user asked to leave the shell."""
    number: int = 0
    """The number of the next cell, for the prompt; 0 if the command did not come so far as to say it."""
    next_input: str = ""
    """What the next prompt has as its text, to be edited."""

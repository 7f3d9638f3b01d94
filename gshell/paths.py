"""Where the shell keeps its files (XDG Base Directory Specification)."""

from __future__ import annotations

import os
from pathlib import Path


def state_dir() -> Path:
    """The directory of what the shell writes: the history."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state", "gshell")


def config_dir() -> Path:
    """The directory of the user's configuration."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "gshell")


def history_file() -> Path:
    """The history of the prompt."""
    return state_dir() / "history"

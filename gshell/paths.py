"""Where the shell keeps its files (XDG Base Directory Specification)."""

from __future__ import annotations

import os
from pathlib import Path


def state_dir() -> Path:
    """The directory of the data that the shell keeps: the history, bookmarks."""
    return _base("XDG_STATE_HOME", ".local", "state") / "gshell"


def config_dir() -> Path:
    """The directory of the user's configuration."""
    return _base("XDG_CONFIG_HOME", ".config") / "gshell"


def _base(variable: str, *default: str) -> Path:
    path = Path(os.environ.get(variable, ""))
    # A relative one is to be ignored, says the specification, and would have code read from whatever directory the
    # shell is started in (as in CVE-2022-21699, of IPython's).
    return path if path.is_absolute() else Path.home().joinpath(*default)


def cache_dir() -> Path:
    """The directory of files that can be made again."""
    return _base("XDG_CACHE_HOME", ".cache") / "gshell"


def history_file() -> Path:
    """The history of all sessions."""
    return state_dir() / "history.sqlite"


def settings_file() -> Path:
    """The user's settings."""
    return config_dir() / "gshell.toml"


def startup_files() -> list[Path]:
    """The user's Python files that are run before the first command, in the order of their names."""
    return sorted((config_dir() / "startup").glob("*.py"))

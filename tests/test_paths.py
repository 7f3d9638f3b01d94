"""Where the shell keeps its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gshell.paths import cache_dir, config_dir, state_dir

DIRECTORIES = [
    ("XDG_CACHE_HOME", cache_dir, ".cache"),
    ("XDG_CONFIG_HOME", config_dir, ".config"),
    ("XDG_STATE_HOME", state_dir, ".local/state"),
]


@pytest.mark.parametrize(("variable", "directory", "default"), DIRECTORIES)
def test_a_relative_directory_is_ignored(
    variable: str, directory: Callable[[], Path], default: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or code would be read from the current one: the files that jedi caches are pickles."""
    monkeypatch.setenv("HOME", str(home))
    for wrong in ("", ".", "cache"):
        monkeypatch.setenv(variable, wrong)
        assert directory() == home / default / "gshell"
    monkeypatch.setenv(variable, str(home / "elsewhere"))
    assert directory() == home / "elsewhere" / "gshell"

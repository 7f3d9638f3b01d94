"""Whose code a file holds."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest

import gshell.session
from gshell import code_origin
from gshell.code_origin import is_library, is_own, is_users

STDLIB = sysconfig.get_path("stdlib")


@pytest.mark.parametrize(
    "file",
    [
        os.__file__,
        pytest.__file__,
        f"{STDLIB}/json/decoder.py",
        "<frozen importlib._bootstrap>",
        "<frozen os>",
        "/usr/lib/python3/dist-packages/numpy/linalg.py",
        "/home/me/.local/lib/python3.11/site-packages/scipy/optimize.py",
        f"{STDLIB}/site-packages/scipy/optimize.py",
        "/home/me/work/.venv/lib64/python3.11/site-packages/numpy/linalg.py",
    ],
)
def test_libraries(file: str) -> None:
    assert (is_library(file), is_own(file), is_users(file)) == (True, False, False)


@pytest.mark.parametrize(
    "file",
    [
        "<In [3]>",
        "<string>",
        "",
        __file__,
        "/home/me/work/.venv/work.py",  # a venv is no library, only what is installed in it
        f"{STDLIB}-of-mine/work.py",
        f"{os.path.dirname(STDLIB)}/work.py",
        "/home/me/src/editable/package/core.py",
        "/home/me/site-packages.py",
        "/home/me/my-site-packages/work.py",
    ],
)
def test_users_files(file: str) -> None:
    assert (is_library(file), is_own(file), is_users(file)) == (False, False, True)


def test_own_files_wherever_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_own(gshell.session.__file__)
    assert not is_own(str(Path(code_origin.__file__).parents[1] / "gshell-of-mine" / "work.py"))
    installed = os.path.join("/home", "me", "lib", "site-packages", "gshell", "")
    monkeypatch.setattr(code_origin, "_OWN", installed)
    file = f"{installed}session.py"
    assert (is_library(file), is_own(file), is_users(file)) == (False, True, False)

"""Fixtures: a home directory, an X server, and the shell in a terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal import ROOT, GShell
from tests.xserver import XServer

FAILURES = ROOT / "tests" / "failures"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def xserver() -> Iterator[XServer]:
    """An X server with a window manager, for the whole run."""
    server = XServer()
    yield server
    server.close()


@pytest.fixture
def display(xserver: XServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[XServer]:
    """The same, as the DISPLAY of what the test starts; a screenshot is kept if the test fails."""
    monkeypatch.setenv("DISPLAY", xserver.display)
    failed = request.session.testsfailed
    yield xserver
    if request.session.testsfailed > failed:
        name = re.sub(r"\W+", "-", request.node.nodeid)
        xserver.screenshot(FAILURES / f"{name}.png")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """No display but the one that a test asks for."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        monkeypatch.delenv(name, raising=False)


Start = Callable[..., GShell]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """A function that starts gshell in a terminal; all are ended after the test, with their screens printed."""
    shells: list[GShell] = []

    def start_shell(*arguments: str, **options: object) -> GShell:
        shell = GShell(*arguments, home=home, **options)  # type: ignore[arg-type]
        shells.append(shell)
        return shell

    yield start_shell
    for shell in shells:
        print(f"--- the screen of {shell.pid} ---\n{shell.text()}\n---")
        shell.kill()


@pytest.fixture
def shell(start: Start) -> GShell:
    """gshell at its prompt, without a display."""
    return start("--no-gui")


@pytest.fixture
def plots(display: XServer, start: Start) -> GShell:
    """gshell --qt --pylab at its prompt, on the X server."""
    return start("--qt", "--pylab")


def pytest_configure() -> None:
    os.environ.setdefault("MPLCONFIGDIR", str(ROOT / ".pytest_cache" / "matplotlib"))

"""Fixtures: a home directory, an X server, and the shell in a terminal."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.durations import pytest_sessionstart, pytest_terminal_summary  # noqa: F401  (hooks of pytest's)
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
    xserver.wait_until_empty()
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


@pytest.fixture(scope="session")
def kept() -> Iterator[dict[tuple[str, ...], GShell]]:
    """Shells that wait for the next test, by their arguments."""
    shells: dict[tuple[str, ...], GShell] = {}
    yield shells
    for shell in shells.values():
        shell.kill()


@pytest.fixture
def lend(
    kept: dict[tuple[str, ...], GShell], display: XServer, home: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., GShell]]:
    """Like `start`, for a shell with pylab that serves other tests too: as new, but for the numbers of its prompts."""
    lent: list[tuple[tuple[str, ...], GShell]] = []
    failed = request.session.testsfailed

    def refresh(shell: GShell) -> None:
        shell.run(f"from tests.fresh import fresh; fresh(globals(), {str(home)!r})")

    def lend_shell(*arguments: str) -> GShell:
        shell = kept.pop(arguments, None) or GShell(*arguments, home=home)
        lent.append((arguments, shell))
        refresh(shell)
        shell.clear()
        return shell

    yield lend_shell
    for arguments, shell in lent:
        print(f"--- the screen of {shell.pid} ---\n{shell.text()}\n---")
        if request.session.testsfailed == failed and shell.alive() and shell.prompt_number():
            refresh(shell)  # its windows are to be closed before the next test looks for an empty screen
            kept[arguments] = shell
        else:
            shell.kill()


@pytest.fixture
def shell(start: Start) -> GShell:
    """gshell at its prompt, without a display."""
    return start("--no-gui")


@pytest.fixture
def plots(display: XServer, request: pytest.FixtureRequest) -> GShell:
    """gshell --qt --pylab at its prompt, on the X server; it serves other tests too, if this one has no own_shell."""
    own = request.node.get_closest_marker("own_shell")
    begin: Start = request.getfixturevalue("start" if own else "lend")
    return begin("--gui", "qt", "--pylab")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of test_toolkits.py."""
    parser.addoption("--toolkits", default="qt,gtk3,gtk4,wx,tk", help="the toolkits that are tested")
    parser.addoption("--require-toolkits", action="store_true", help="a toolkit that is not installed is a failure")


def pytest_configure() -> None:
    # A shell without job control starts what is in its background with both ignored, and programs inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    os.environ.setdefault("MPLCONFIGDIR", str(ROOT / ".pytest_cache" / "matplotlib"))

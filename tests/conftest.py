"""Fixtures: a home directory, an X server, and the shell in a terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.durations import pytest_sessionstart, pytest_terminal_summary  # noqa: F401  (hooks of pytest's)
from tests.prepared import Parent, imported_by, log
from tests.terminal import ROOT, SIZE, GShell
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


Parents = dict[tuple[str, ...], Parent]


@pytest.fixture(scope="session")
def parents() -> Iterator[Parents]:
    """The processes that shells are forked from, by what they have imported; one comes when it is asked for."""
    parents: Parents = {}
    yield parents
    for parent in parents.values():
        parent.close()


ParentFor = Callable[[Sequence[str]], Parent | None]


@pytest.fixture
def parent_for(parents: Parents, request: pytest.FixtureRequest) -> ParentFor:
    """A function that says which process a shell with these arguments is forked from, if it may be."""

    def parent_for(arguments: Sequence[str]) -> Parent | None:
        if sys.platform != "linux" or request.node.get_closest_marker("own_process"):
            return None
        modules = imported_by(arguments)
        if modules not in parents:
            parents[modules] = Parent(*modules)
        return parents[modules]

    return parent_for


@pytest.fixture
def start(home: Path, parent_for: ParentFor) -> Iterator[Start]:
    """A function that starts gshell in a terminal; all are ended after the test, with their screens printed."""
    shells: list[GShell] = []

    def start_shell(*arguments: str, **options: object) -> GShell:
        shell = GShell(*arguments, home=home, parent=parent_for(arguments), **options)  # type: ignore[arg-type]
        shells.append(shell)
        return shell

    yield start_shell
    for shell in shells:
        show(shell)
        shell.kill()


def show(shell: GShell) -> None:
    """Print what is on a shell's screen, and what it has logged."""
    print(f"--- the screen of {shell.pid} ---\n{shell.text()}\n---")
    with suppress(FileNotFoundError):
        print(log(shell.pid).read_text())
        log(shell.pid).unlink()


Kept = dict[tuple[object, ...], GShell]


@pytest.fixture(scope="session")
def kept(parents: Parents) -> Iterator[Kept]:
    """Shells that wait for the next test, by how they were started; they end before their `parents` do."""
    shells: Kept = {}
    yield shells
    for shell in shells.values():
        shell.kill()


def refresh(shell: GShell, home: Path) -> str:
    """Have a shell be as new, in a home directory; return what it is not."""
    # The space keeps it out of the history, which for a shell that has just begun is the test's.
    shell.submit(f" __import__('tests.fresh').fresh.fresh(globals(), {str(home)!r})")
    changed = shell.wait_for(r"^(?:not as new: (.*)|as new\.)$")[1]
    shell.wait_for_prompt()
    return changed or ""


@pytest.fixture
def lend(kept: Kept, home: Path, parent_for: ParentFor, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Like `start`, for a shell that serves other tests too, if it can be made as new after the test (fresh.py)."""
    lent: list[tuple[tuple[object, ...], GShell]] = []
    failed = request.session.testsfailed

    def lend_shell(*arguments: str, env: Mapping[str, str] | None = None) -> GShell:
        display = os.environ.get("DISPLAY")
        parent = parent_for(arguments)
        started = (display, parent, *arguments, *(env or {}).items())
        shell = kept.pop(started, None)
        if shell is not None:
            # Something may have been typed.  Not in a new shell: what loads behind its prompt (pylab) would be ended.
            shell.press("c-c")
            if refresh(shell, home):
                shell.kill()
                shell = None
        if shell is None:
            shell = GShell(*arguments, home=home, env=env, parent=parent)
            refresh(shell, home)
            assert "Traceback" not in shell.text(), shell.text()  # of what it has loaded behind its prompt
        lent.append((started, shell))
        shell.clear()
        return shell

    yield lend_shell
    for started, shell in lent:
        show(shell)
        asks = shell.alive() and shell.prompt_number() and (shell.screen.lines, shell.screen.columns) == SIZE
        if request.session.testsfailed > failed or not asks:
            shell.kill()
            continue
        if started[0]:  # it has windows, and the next test looks for an empty screen
            shell.press("c-c")  # something may have been typed
            shell.run("__import__('tests.fresh').fresh.close_windows()")
        kept[started] = shell


def shell_for(request: pytest.FixtureRequest, *arguments: str) -> GShell:
    """A shell at its prompt; one that serves other tests too, if this one has no own_shell."""
    own = request.node.get_closest_marker("own_shell")
    begin: Start = request.getfixturevalue("start" if own else "lend")
    return begin(*arguments)


@pytest.fixture
def shell(request: pytest.FixtureRequest) -> GShell:
    """gshell at its prompt, without windows."""
    return shell_for(request, "--no-gui")


@pytest.fixture
def plots(display: XServer, request: pytest.FixtureRequest) -> GShell:
    """gshell --qt --pylab at its prompt, on the X server."""
    return shell_for(request, "--gui", "qt", "--pylab")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of test_toolkits.py."""
    parser.addoption("--toolkits", default="qt,gtk3,gtk4,wx,tk", help="the toolkits that are tested")
    parser.addoption("--require-toolkits", action="store_true", help="a toolkit that is not installed is a failure")


def pytest_configure() -> None:
    _hear_what_is_ignored()
    os.environ.setdefault("MPLCONFIGDIR", str(ROOT / ".pytest_cache" / "matplotlib"))


def _hear_what_is_ignored() -> None:
    """Programs that tests start have the defaults of all signals, whatever we were started with.

    A shell without job control has its background ignore SIGINT and SIGQUIT, nohup SIGHUP; programs inherit that, but
    no handlers.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:  # Python itself ignores these two
        if signal.getsignal(each) is signal.SIG_IGN:
            signal.signal(each, lambda number, frame: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])

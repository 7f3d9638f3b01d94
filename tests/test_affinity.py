"""Objects that belong to the GUI thread, used at the prompt: in every toolkit, each kind of use does what it says.

And what the toolkits would end the process for: calls from the wrong thread, and windows without a display.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gshell.gui.gil import SOON
from tests.affinity_cases import CASES, COMMON
from tests.kits import Kit
from tests.terminal import gshell
from tests.test_toolkits import Windows, installed, pytest_generate_tests, windows
from tests.xserver import XServer

__all__ = ["installed", "pytest_generate_tests", "windows"]  # pytest finds them here


@pytest.fixture
def objects(windows: Windows) -> Windows:
    """The shell, with objects of the toolkit's."""
    case = CASES[windows.kit.name]
    windows.shell.run("import gshell; gshell.on_gui(int)")  # the toolkit is there
    windows.shell.run(COMMON)
    windows.shell.run(case.begin)
    windows.shell.run(f"%%gui\n{case.make}")
    return windows


@pytest.mark.own_shell
def test_uses_at_the_prompt(objects: Windows) -> None:
    case = CASES[objects.kit.name]
    for use, value in case.uses.items():
        assert objects.value(use) == value, use
    for use in case.refused:
        output = objects.shell.run(use)
        assert "RuntimeError" in output and "gshell.on_gui" in "".join(output.split()), use
    assert not re.findall(r"^Q\w+: .*|.*(?:WARNING|CRITICAL)\b.*", objects.shell.text(), re.MULTILINE)


@pytest.mark.own_shell
def test_random_calls(objects: Windows) -> None:
    call_at_random(objects, seed=0, count=100)


@pytest.mark.stress
@pytest.mark.own_shell
@pytest.mark.parametrize("seed", range(5))
def test_2000_random_calls(objects: Windows, seed: int) -> None:
    call_at_random(objects, seed, count=2000)


def call_at_random(objects: Windows, seed: int, count: int) -> None:
    """Call methods of many widgets from the prompt, beside a figure that is drawn and moved."""
    window = objects.figure()
    objects.shell.run(f"%%gui\nwidgets = {CASES[objects.kit.name].widgets}\n")
    objects.shell.run("from tests import random_calls")
    returned, refused = map(int, re.findall(r"\d+", objects.value(f"random_calls.run(widgets, {seed}, {count})")))
    assert returned + refused == count
    assert returned > count / 20
    assert objects.value("1 + 1") == "2"
    assert objects.display.windows("Figure") == [window]


# What the toolkit's start does to the rest of the process: nothing, but for the GIL's switch interval (gui/gil.py).

STATE = """\
import locale, os, signal, sys, time
def state():
    status = [line for line in open('/proc/self/status') if line.startswith(('SigIgn', 'SigCgt'))]
    return {
        'locale': locale.setlocale(locale.LC_ALL), 'numbers': locale.localeconv(), 'day': time.strftime('%A %x'),
        'handlers': {each: signal.getsignal(each) for each in signal.valid_signals()}, 'signals': status,
        'mask': signal.pthread_sigmask(signal.SIG_BLOCK, []), 'wakeup': signal.getitimer(signal.ITIMER_REAL),
        'environment': dict(os.environ),
        'directory': os.getcwd(), 'umask': os.umask(0o77) and os.umask(0o22), 'arguments': list(sys.argv),
        'path': list(sys.path), 'hooks': (sys.excepthook, sys.displayhook, sys.unraisablehook, sys.breakpointhook),
        'switch': sys.getswitchinterval(), 'depth': sys.getrecursionlimit(),
        'error': os.strerror(2),
    }
before = state()
"""


def test_start_changes_nothing(installed: Kit, display: XServer, home: Path) -> None:
    """A language with its own words and numbers would show it, where it is installed; C.UTF-8 has its name."""
    code = STATE + (
        "import gshell; gshell.on_gui(int); after = state()\n"
        "print([(name, before[name], after[name]) for name in before if before[name] != after[name]])"
    )
    environment = {"LANG": "C.UTF-8", "LC_ALL": "", "LC_CTYPE": ""}
    done = gshell("--gui", installed.name, "-c", code, home=home, env=environment)
    interval = f"[('switch', 0.005, {1e-6 * round(SOON * 1e6)!r})]\n"  # Python keeps whole microseconds
    assert (done.stdout, done.returncode) == (interval, 0), done.stderr


# Without windows.

NEEDS = """\
{begin}
for each in {expressions!r}:
    try:
        eval(each)
    except RuntimeError as error:
        print("refused", each)
"""


@pytest.mark.parametrize("options", ["--no-gui", "--gui"])
def test_session_without_a_display(installed: Kit, home: Path, options: str) -> None:
    """What needs windows is an error that can be caught, in whatever thread, and not the end of the process."""
    case = CASES[installed.name]
    begin = case.begin
    if installed.name.startswith("gtk"):
        version = f"{installed.name[3]}.0"
        begin = f"import gi; [gi.require_version(name, '{version}') for name in ('Gtk', 'Gdk')]; {begin}"
    code = NEEDS.format(begin=begin, expressions=case.needs_windows)
    arguments = [options] if options == "--no-gui" else [options, installed.name]
    for there in ("", "import gshell\ngshell.on_gui(lambda: exec(code, {}))"):
        done = gshell(*arguments, "-c", f"code = {code!r}\n" + (there or "exec(code, {})"), home=home)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"refused {each}" for each in case.needs_windows], done.stderr

"""A loop around a child process stops at the first press, however the child is run, and whatever it makes of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import psutil
import pytest

from tests.terminal import GShell, wait_until

PROGRAM = """\
case $1 in
    says-so) trap 'exit 0' INT ;;  # as ping, which has counted
    fails) trap 'exit 2' INT ;;  # as make
esac
sleep 1000
"""

LOOPS = {
    "!": "while True:\n    !{0}\n",
    "x = !": "while True:\n    x = !{0}\n",
    "!!": "while True:\n    !!{0}\n",
    "%sx": "while True:\n    %sx {0}\n",
    "%sc": "while True:\n    %sc x={0}\n",
    "%%sh": "def f():\n    __gshell__('sh', '--no-raise-error', {0!r})\n\nwhile True: f()\n",
    "an alias": "while True:\n    %child\n",
    "get_ipython().system": "while True:\n    __gshell__('!', {0!r})\n",
    "in a function": "def f():\n    !{0}\n\nwhile True: f()\n",
    "os.system": "import os\nwhile True: os.system({0!r})\n",
    "os.popen": "import os\nwhile True: os.popen({0!r}).read()\n",
    "os.spawn": "import os, shlex\nwhile True: os.spawnvp(os.P_WAIT, 'sh', shlex.split({0!r}))\n",
    "os.waitpid": (
        "import os, shlex\nwhile True:\n    pid = os.posix_spawnp('sh', shlex.split({0!r}), os.environ)\n"
        "    os.waitpid(pid, 0)\n"
    ),
    "subprocess.run": "import subprocess\nwhile True: subprocess.run({0!r}, shell=True)\n",
    "subprocess.call": "import subprocess\nwhile True: subprocess.call({0!r}, shell=True)\n",
    "subprocess.getoutput": "import subprocess\nwhile True: subprocess.getoutput({0!r})\n",
    "Popen.wait": "import subprocess\nwhile True: subprocess.Popen({0!r}, shell=True).wait()\n",
    "asyncio": (
        "import asyncio\nasync def f():\n    while True:\n"
        "        await (await asyncio.create_subprocess_shell({0!r})).wait()\n\nawait f()\n"
    ),
}


def living_children(shell: GShell) -> list[psutil.Process]:
    """The programs that it has started; not those that have ended, and that nobody has asked about yet."""
    living = []
    for each in psutil.Process(shell.pid).children(True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.status() != psutil.STATUS_ZOMBIE:
                living.append(each)
    return living


@pytest.fixture
def shell(lend_plain: GShell, home: Path) -> GShell:
    """A shell of this file's tests, with the program to be run."""
    (home / "child.sh").write_text(PROGRAM)
    return lend_plain


@pytest.fixture(scope="module")
def kept_plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GShell]:
    """A shell without figures, for all tests of this file."""
    with GShell("--no-gui", home=tmp_path_factory.mktemp("home")) as shell:
        yield shell


@pytest.fixture
def lend_plain(kept_plain: GShell, home: Path) -> GShell:
    """It, in the directory of the test."""
    kept_plain.run(f"cd {home}")
    kept_plain.clear()
    return kept_plain


@pytest.mark.parametrize(
    ("loop", "kind"),
    [*((loop, "is-ended") for loop in LOOPS), *product(("!", "x = !", "os.system", "%%sh"), ("says-so", "fails"))],
)
def test_one_press_stops_the_loop(shell: GShell, loop: str, kind: str) -> None:
    command = f"sh child.sh {kind}"
    shell.run(f"%alias child {command}")
    shell.submit(LOOPS[loop].format(command))
    number = shell.number
    wait_until(lambda: "sleep" in shell.children(), "the child")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    assert "KeyboardInterrupt" in shell.output(number), shell.text()
    wait_until(lambda: not living_children(shell), "the end of the child")


def test_a_lone_command_is_ended_without_a_word(shell: GShell) -> None:
    shell.submit("!sh child.sh is-ended")
    number = shell.number
    wait_until(lambda: "sleep" in shell.children(), "the child")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    assert shell.output(number) in ("", "^C")
    assert shell.value("_exit_code") in ("-2", "130")


def test_a_command_that_has_a_use_for_ctrl_c_does_not_end_the_script(shell: GShell, home: Path) -> None:
    """What goes on for long after a press, and ends by itself, has not been ended by that."""
    # The child counts from its press and the shell from its own, which may be a good while later on a busy machine.
    shell.run("from gshell.shell import child_process as run; usual, run.IMPATIENCE = run.IMPATIENCE, 0.2")
    (home / "own.py").write_text(
        "import signal, time\npressed = []\nsignal.signal(signal.SIGINT, lambda *_: pressed.append(1))\n"
        "print('be' 'gun')\nwhile not pressed: time.sleep(0.01)\ntime.sleep(2.5)\n"
    )
    # `exec`: where the system's sh waits for its only command instead of being it (dash 0.5.12-12), Ctrl-C ends that.
    shell.submit("for i in range(1):\n    !exec python3 own.py\n    print('go' 'es on')\n")
    number = shell.number
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for_end_of(number)
    shell.run("run.IMPATIENCE = usual")
    assert shell.output(number).endswith("goes on")

"""After the shell has gone from a process, that is as it was found: one comparison of all that can be looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.terminal import wait_until

pytestmark = pytest.mark.own_shell

# A program with settings of its own, which are to be found again.
PROGRAM = """\
import ctypes, gc, logging, signal, sys, threading, time
import asyncio, concurrent.futures, getpass, json, multiprocessing, pdb
import gshell
from tests.traces import differences, traces

def handler(*_): pass
for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGRTMIN + 5, signal.SIGRTMIN + 6):
    signal.signal(number, handler)
signal.signal(signal.SIGQUIT, signal.SIG_IGN)
libc = ctypes.CDLL(None)  # a handler that Python does not know of, as readline's
libc.signal(signal.SIGWINCH, ctypes.cast(libc.getpid, ctypes.c_void_p))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
gc.disable(); gc.set_threshold(1234, 5, 6)
sys.setswitchinterval(0.25); sys.setrecursionlimit(777)
sys.excepthook = lambda *_: print("caught", _[0].__name__)
threading.excepthook = sys.unraisablehook = sys.displayhook = handler
kept = ""

def embed():
    before = traces()
    try:
        gshell.embed()
    except ValueError as error:
        print(error)
    end = time.monotonic() + 20
    while differences(before, traces()) and time.monotonic() < end:
        time.sleep(0.02)  # the kernel has threads a little longer than Python
    print("left" + ":", differences(before, traces()))

for n in range(3):
    embed()
{more}
print("do" + "ne")
"""

BROKEN = """
from gshell.console import at_terminal, console, prompt_console
def broken(*_, **__): raise ValueError("broken on purpose")
for owner, name in ((at_terminal.AtTerminal, "install"), (at_terminal.OnDemand, "__init__"),
                    (at_terminal.AtTerminal, "nested_console"), (gshell.embed_in_python, "start")):
    stock = getattr(owner, name)
    setattr(owner, name, broken)
    embed()
    setattr(owner, name, stock)
"""


def test_embed_leaves_nothing(start: Start, home: Path) -> None:
    """Left by Ctrl-D, by exit, after errors and completions; and where a part of the console can't be made."""
    (home / "program.py").write_text(PROGRAM.format(more=BROKEN))
    shell = start(program=("program.py",))
    for ending in ("exit", "import os; os.system('true'); exit()", "\x04"):
        number = shell.wait_for_prompt()
        shell.run("x = 1; 1 / 0")
        shell.run("len?")
        shell.run("%history")
        shell.run("import sys; sys.argv = sys.argv; del sys.stdout")
        shell.type("json.dum\t")
        shell.wait_for("dumps")
        shell.press("c-c")
        shell.wait_for_prompt()
        shell.type(ending if ending == "\x04" else f"{ending}\r")
        wait_until(lambda number=number: shell.prompt_number() > number + 4 or "done" in shell.text(), "the next")  # type: ignore[misc]
    shell.wait_for("^done$")
    left = re.findall(r"^left: .*(?:\n(?!left|In|done|broken).*)*", shell.text(), re.MULTILINE)
    assert left == ["left: []"] * 7
    assert shell.wait() == 0

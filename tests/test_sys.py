"""User code that breaks what is in `sys`: the shell can be told to put things right, or has done so by itself."""

from __future__ import annotations

import pytest

from tests.terminal import GShell, wait_until

pytestmark = pytest.mark.own_shell

# What the next command finds in order by itself.
MENDED = """
del sys.stdout
del sys.stderr
del sys.stdin
del sys.stdout, sys.stderr, sys.stdin
sys.stdout = sys.stderr = sys.stdin = None
sys.stdout = 3
sys.stderr = sys.stdin = object()
sys.stdout = sys.stderr = type("L", (), dict(__getattribute__=lambda *_: 1 / 0))()
sys.stdout.close()
sys.stderr.close()
sys.stdin.close()
sys.stdout.detach()
sys.stderr.detach()
sys.stdin.detach()
sys.stdout.buffer.close()
sys.__stdout__ = sys.__stderr__ = sys.__stdin__ = None
del sys.displayhook
sys.displayhook = 3
del sys.excepthook
sys.excepthook = 3
sys.excepthook = lambda *_: 1 / 0
del sys.unraisablehook
sys.unraisablehook = 3
threading.excepthook = None
sys.breakpointhook = None
sys.setrecursionlimit(60)
sys.setrecursionlimit(len(__import__("inspect").stack()) + 5)
sys.set_int_max_str_digits(640)
sys.setswitchinterval(1000)
sys.setswitchinterval(1e-9)
gc.set_threshold(1)
gc.disable()
sys.settrace(lambda *_: 1 / 0)
sys.setprofile(lambda *_: 1 / 0)
threading.settrace(lambda *_: 1 / 0)
threading.setprofile(lambda *_: 1 / 0)
sys.tracebacklimit = 0
sys.tracebacklimit = "x"
del sys.argv
sys.argv = None
del sys.path
sys.path = 3
sys.path.clear()
sys.last_value = 3
sys.ps1 = 3
builtins.print = None
del builtins.print
builtins.print = lambda *_, **__: 1 / 0
builtins.input = None
builtins.open = None
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_DFL)
[signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGQUIT)]
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
signal.set_wakeup_fd(-1)
os.close(0)
os.set_blocking(0, False)
os.environ.clear()
globals().clear()
""".strip().splitlines()

# What stays as the user has said, until it is told otherwise.
TOLD = {
    "sys.stdout = io.StringIO()": "sys.stdout = None",
    "sys.stdout = open('/dev/full', 'w')": "sys.stdout = sys.__stdout__",
    "sys.stdout = type('W', (), dict(write=lambda *_: 1 / 0))()": "del sys.stdout",
    "sys.stderr = type('W', (), dict(write=lambda *_: 1 / 0))(); 1 / 0": "del sys.stderr",
    "sys.stdout.reconfigure(encoding='utf-16')": "sys.stdout.reconfigure(encoding='utf-8')",
    "sys.displayhook = lambda _: 1 / 0": "del sys.displayhook",
    "sys.meta_path[:], kept = [], sys.meta_path[:]": "sys.meta_path[:] = kept",
    "sys.path_hooks[:], kept = [], sys.path_hooks[:]": "sys.path_hooks[:] = kept",
}

IMPORTS = "import sys, os, io, gc, builtins, signal, threading"
ORDINARY = f"""{IMPORTS}
sys.settrace(None); sys.setprofile(None); threading.settrace(None); threading.setprofile(None)
gc.enable(); gc.set_threshold(700, 10, 10); sys.setswitchinterval(0.005)
"""


def works(shell: GShell, after: str) -> None:
    """The prompt answers, Ctrl-C stops what runs, and the window can be closed."""
    number = shell.wait_for_prompt()
    shell.type(f"{number} + 6 * 7\r")
    wait_until(lambda: shell.prompt_number() > number, f"a prompt after {after}")
    assert f"Out[{number}]: {number + 42}" in shell.lines(), after
    shell.submit("import time; time.sleep(1000)")
    wait_until(shell.is_asleep, "its call")
    shell.press("c-c")
    wait_until(lambda: shell.prompt_number() > number + 1, f"the end of it after {after}")


@pytest.mark.parametrize("part", range(4))
def test_what_is_mended(shell: GShell, part: int) -> None:
    for cell in MENDED[part::4]:
        shell.run(ORDINARY)
        shell.run(cell)
        works(shell, cell)
    assert shell.end() == 0


def test_what_has_to_be_told(shell: GShell) -> None:
    for cell, told in TOLD.items():
        shell.run(IMPORTS)
        shell.run(cell)
        shell.run(told)
        works(shell, cell)
    assert shell.end() == 0

"""Long runs, for `make stress`."""

from __future__ import annotations

import random
import time
from pathlib import Path

import psutil
import pytest

from tests.terminal import GShell
from tests.xserver import XServer

pytestmark = [pytest.mark.stress, pytest.mark.timeout(3600)]

BUSY = [
    "",
    "while True: pass\n",
    "__import__('time').sleep(1000)",
    "while True: plt.pause(0.01)\n",
    "while True: plt.plot([1, 2]); plt.clf()\n",
    "__import__('ctypes').CDLL(None).sleep(1000)",
]


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def test_200_starts_and_exits(display: XServer, home: Path) -> None:
    """No hang, no crash, no leftover process; every third exit while a command runs."""
    rng = random.Random(4711)
    for turn in range(200):
        busy = rng.choice(BUSY) if turn % 3 == 0 else ""
        with GShell("--qt", "--pylab", home=home) as shell:
            if turn % 2:
                shell.run("plot([1, 2, 3])")
            processes = family(shell.pid)
            if busy:
                shell.submit("print('be' 'gun')\n" + busy)
                shell.wait_for("^begun$")
                psutil.Process(shell.pid).terminate()
                expected = 128 + 15
            else:
                leave = rng.choice(["exit", "\x04", "exit(0)"])
                shell.type(leave if leave == "\x04" else leave + "\r")
                expected = 0
            start = time.monotonic()
            assert shell.wait(10) == expected, f"turn {turn}, {busy!r}"
            assert time.monotonic() - start < 4
            _, left = psutil.wait_procs(processes, 2)
            assert not left
            assert "Error" not in shell.text(), shell.text()


COMMANDS = [
    "sum(i * i for i in range(200_000))",
    "for i in range(300): print('line', i)\n",
    "fig = plt.figure(); plt.plot(np.random.rand(50)); plt.close(fig)",
    "plt.clf(); plt.plot(np.random.rand(50)); plt.title('t'); plt.draw()",
    "1 / 0",
    "[[] for _ in range(100_000)]",
    "import time; time.sleep(0.02)",
    "plt.pause(0.01)",
]


def test_interrupts_at_random_moments(display: XServer, home: Path) -> None:
    """Ctrl-C 0 to 20 ms into commands that finish, print, plot, raise, allocate: the shell answers every time."""
    rng = random.Random(42)
    with GShell("--qt", "--pylab", home=home) as shell:
        shell.run("before = 42")
        for turn in range(1000):
            shell.submit(rng.choice(COMMANDS))
            number = shell.number
            time.sleep(rng.random() * 0.02)
            shell.press("c-c")
            shell.wait_for_end_of(number)
            assert shell.output(number).count("KeyboardInterrupt") <= 1
            if turn % 50 == 49:
                assert shell.value("before") == "42"
            if turn % 200 == 199:
                with shell._lock:
                    shell.screen.history.top.clear()
        assert shell.end() == 0

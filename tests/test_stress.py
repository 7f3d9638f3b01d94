"""Long runs, for `make stress`."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import Start
from tests.interrupt_cases import CASES
from tests.terminal import GShell
from tests.test_interrupts import check_after, interrupt_while_panning, polls_and_keeps_its_invariant, start_case
from tests.xserver import XServer

pytestmark = [pytest.mark.stress, pytest.mark.own_shell, pytest.mark.timeout(3600)]

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


FINITE = [
    "sum(i * i for i in range(200_000))",
    "for i in range(300): print('line', i)\n",
    "fig = plt.figure(); plt.plot(np.random.rand(50)); plt.close(fig)",
    "plt.clf(); plt.plot(np.random.rand(50)); plt.title('t'); plt.draw()",
    "1 / 0",
    "[[] for _ in range(100_000)]",
    "import time; time.sleep(0.02)",
    "plt.pause(0.01)",
]
ENDLESS = [
    "while True: sum(range(100))\n",
    "while True: print('line')\n",
    "while True: print(end='.', flush=True)\n",
    "while True: plt.plot([1, 2]); plt.cla()\n",
    "while True: plt.gcf().canvas.draw()\n",
    "while True: plt.close(plt.figure())\n",
    "while True: plt.pause(0.001)\n",
    "while True:\n    try: 1 / 0\n    except Exception: pass\n",
    "while True: [[] for _ in range(1000)]\n",
    "while True: gc.collect()\n",
    "while True: logging.warning('line')\n",
    "import time; time.sleep(1000)",
    "threading.Event().wait()",
]


@pytest.mark.parametrize("seed", range(10))
def test_1000_interrupts_at_random_moments(display: XServer, home: Path, seed: int) -> None:
    """Ctrl-C 0 to 20 ms into a command: the shell answers every time, and no press is lost or doubled."""
    rng = random.Random(seed)
    with GShell("--qt", "--pylab", home=home) as shell:
        shell.run("import gc, logging, sys, threading, time; before = 42")
        # But for the one that has loaded what completion needs, or has not yet.
        shell.run("count = lambda: len([t for t in threading.enumerate() if t.name != 'completion'])")
        shell.run("threads = count()")
        for turn in range(1000):
            endless = rng.random() < 0.6
            command = rng.choice(ENDLESS if endless else FINITE)
            begin = len(shell.raw)
            shell.submit(command)
            time.sleep(rng.random() * 0.02)
            shell.press("c-c")
            shell.wait_for_end_of(shell.number)
            seen = shell.raw[begin:].count(b"KeyboardInterrupt")
            assert seen == 1 if endless else seen <= 1, f"turn {turn}, {command!r}: {seen} interrupts"
            if turn % 50 == 49:
                assert shell.value("before") == "42"
                # Nothing is left behind, and no lock is held: they are all used here.
                shell.run("logging.warning('log'); print('out'); plt.pause(0.01); plt.close('all'); import this")
                assert shell.value("count() - threads") == "0"
            if turn % 200 == 199:
                with shell._lock:
                    shell.screen.above.clear()
        assert shell.end() == 0


SHORT = [
    "time.sleep({0})",
    "spin({0})",
    "spin({0}, ipbreak)",
    "lock.acquire(timeout={0} + 0.001)",
    "with gshell.protect(): time.sleep({0})\n",
    "spin({0}, lambda: print('line'))",
    "spin({0}, lambda: plt.plot([1, 2])); plt.clf()",
    "spin({0}, lambda: plt.close(plt.figure()))",
    "spin({0}, lambda: [[] for _ in range(1000)])",
    "spin({0}, lambda: bytearray(10_000_000))",
    "spin({0}); raised = True; 1 / 0",
    "spin({0}, fails)",
    "_ = subprocess.run(['sleep', '{0}'])",
    "_ = subprocess.run(['sh', '-c', 'exec sleep {0}'], capture_output=True)",
    "plt.pause({0})",
]
PREPARED = """
import gshell, subprocess, threading, time
from gshell import ipbreak
lock = threading.Lock()
_ = lock.acquire()
def spin(seconds, f=lambda: None):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        f()

def fails():
    try:
        1 / 0
    except ZeroDivisionError:
        pass

for _ in range(3):
    threading.Thread(target=time.sleep, args=[100000], daemon=True).start()

plt.plot([1, 2])
"""


@pytest.mark.parametrize("seed", range(10))
def test_1000_presses_around_a_command(display: XServer, home: Path, seed: int) -> None:
    """Ctrl-C when a command begins, runs, is about to end or has ended: it stops that command, once, or does nothing.

    A command gets to its end, raises its own exception or is stopped, and the next command sees nothing of the press.
    Other threads of the process may get the signal: the worker is not woken by it then.
    """
    rng = random.Random(seed)
    with GShell("--qt", "--pylab", home=home) as shell:
        shell.run(PREPARED)
        for turn in range(1000):
            length = rng.random() * 0.03
            command = rng.choice(SHORT).format(f"{length:.4f}")
            fails = "1 / 0" in command
            begin = len(shell.raw)
            shell.submit(command if fails else command.rstrip("\n") + "\nprint('at its', 'end')\n")
            time.sleep(rng.random() * 0.03 if rng.random() < 0.5 else max(0.0, length + rng.gauss(0, 0.003)))
            shell.press("c-c")
            shell.wait_for_end_of(shell.number)
            seen = shell.raw[begin:]
            stopped = seen.count(b"KeyboardInterrupt") + seen.count(b"stopped by ipbreak")
            ended = seen.count(b"division by zero") if fails else seen.count(b"at its end")
            # It can be stopped after it has printed, too.
            assert stopped <= 1 and ended <= 1, f"turn {turn}, {command!r}: stopped {stopped}, ended {ended}"
            assert stopped or ended, f"turn {turn}, {command!r}: {seen!r}"
            begin = len(shell.raw)
            assert shell.value("ipbreak(), time.sleep(0.01), 'next'") == "(None, None, 'next')", f"{turn}: {command!r}"
            assert b"KeyboardInterrupt" not in shell.raw[begin:], f"turn {turn}, {command!r}"
            if turn % 50 == 49:
                shell.clear()
        assert shell.end() == 0


def test_script_that_polls_keeps_its_invariant_over_1000_interrupts(home: Path) -> None:
    polls_and_keeps_its_invariant(home, 1000)


@pytest.mark.parametrize("name", CASES)
def test_ctrl_c_on_one_cpu(name: str, start: Start, home: Path, request: pytest.FixtureRequest) -> None:
    case = CASES[name]
    if case.display:
        request.getfixturevalue("display")
    shell = start("--qt" if case.display else "--no-gui")
    for thread in psutil.Process(shell.pid).threads():
        os.sched_setaffinity(thread.id, {0})
    start_case(shell, case, home)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    check_after(shell)


@pytest.mark.parametrize("name", CASES)
def test_ctrl_c_while_a_figure_is_panned(name: str, plots: GShell, display: XServer, home: Path) -> None:
    interrupt_while_panning(name, plots, display, home)

"""What live figures cost, and what they give: updates a second, and the time that a computation takes beside them.

python -m benchmarks.figures
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.terminal import ROOT, Terminal
from tests.xserver import XServer

ROUNDS = 7

FUNCTIONS = """\
import time, numpy as np, matplotlib.pyplot as plt

def updates(seconds=3.0):
    '''Updates a second of a line, in the way that tutorials have it.'''
    fig, ax = plt.subplots()
    line, = ax.plot(np.random.rand(100))
    plt.pause(0.5)
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        line.set_ydata(np.random.rand(100))
        plt.pause(0.001)
        count += 1
    plt.close(fig)
    return count / seconds

def compute():
    '''Seconds for a loop in pure Python.'''
    begin, total = time.perf_counter(), 0
    for i in range(3_000_000):
        total += i & 7
    return time.perf_counter() - begin

def cycles():
    '''Seconds for a loop that makes garbage which only the cyclic collector frees.'''
    begin = time.perf_counter()
    for i in range(300_000):
        cycle = []
        cycle.append(cycle)
    return time.perf_counter() - begin
"""


class Shell:
    """One of the shells, with the functions above and an open figure that nobody touches."""

    def __init__(self, argv: list[str], env: dict[str, str], home: Path) -> None:
        self._number = 0
        self._terminal = Terminal(argv, env=env, cwd=home)
        self._terminal.wait_for(r"^(In \[1\]:|>>>)")
        self.value("exec(open('functions.py').read())")

    def value(self, expression: str) -> str:
        """Run a line and return what it prints."""
        self._number += 1
        self._terminal.type(f"print('<{self._number}' + '>', {expression}, '<' + 'end>')\r")
        return self._terminal.wait_for(rf"^<{self._number}> (.*) <end>", 60)[1]

    def close(self) -> None:
        """End the shell."""
        self._terminal.kill()


def main() -> None:
    """Measure and print."""
    server, home = XServer(), Path(tempfile.mkdtemp())
    (home / "functions.py").write_text(FUNCTIONS)
    env = {"HOME": str(home), "DISPLAY": server.display, "PYTHONPATH": str(ROOT), "MPLBACKEND": ""}
    plain = {**env, "PYTHON_BASIC_REPL": "1"}
    shells = {
        "gshell --qt": Shell([sys.executable, "-m", "gshell", "--qt"], env, home),
        "ipython --matplotlib=qt": Shell(
            [sys.executable, "-m", "IPython", "--matplotlib=qt", "--no-banner"], env, home
        ),
        "python": Shell([sys.executable, "-q"], plain, home),
    }
    try:
        for name in ("gshell --qt", "ipython --matplotlib=qt"):
            print(f"set_ydata, pause(0.001)   {name:26}{float(shells[name].value('updates()')):6.1f} updates/s")
        for name in ("gshell --qt", "ipython --matplotlib=qt"):
            shells[name].value("plt.figure().number, plt.pause(0.5)")
        for what, title in {"compute": "a loop in pure Python", "cycles": "a loop that makes garbage"}.items():
            times: dict[str, list[float]] = {name: [] for name in shells}
            for _ in range(ROUNDS):  # in turns: the machine's own speed changes
                for name, shell in shells.items():
                    times[name].append(float(shell.value(f"{what}()")))
            for name in ("gshell --qt", "ipython --matplotlib=qt"):
                ratios = [mine / others for mine, others in zip(times[name], times["python"], strict=True)]
                print(f"{title:26}{name:26}{statistics.median(ratios):6.3f} x python")
    finally:
        for shell in shells.values():
            shell.close()
        server.close()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

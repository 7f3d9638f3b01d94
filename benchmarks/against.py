"""This checkout against another one of gshell, in turn and in one run: start, Ctrl-C, the tax on a busy loop, printing.

python -m benchmarks.against ../other-checkout
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal import ROOT, GShell
from tests.xserver import XServer

ROUNDS = 9
TURNS = 3_000_000
LINES = 50_000

LOOP = f"b = time.perf_counter(); [i for i in range({TURNS})]; print('took', time.perf_counter() - b)"
PRINTS = f"b = time.perf_counter(); [print(i) for i in range({LINES})]; print('took', time.perf_counter() - b)"
ANIMATED = (
    "fig, ax = plt.subplots(); ax.plot([1, 2]); timer = fig.canvas.new_timer(30); "
    "timer.add_callback(fig.canvas.draw_idle); timer.start()"
)


class Shells:
    """How to start gshell from the one checkout or the other."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._home = Path(tempfile.mkdtemp())

    def start(self, checkout: Path) -> GShell:
        """A shell with Qt at its first prompt."""
        env = {"DISPLAY": self._display, "PYTHONPATH": str(checkout), "MPLBACKEND": ""}
        return GShell("--gui", "qt", "--pylab", home=self._home, env=env)

    def close(self) -> None:
        """Remove what they have left."""
        shutil.rmtree(self._home)


def first_answer(shells: Shells, checkout: Path) -> float:
    """Seconds from the start to the answer to the first line."""
    begin = time.perf_counter()
    with shells.start(checkout) as shell:
        shell.submit("6 * 7 * 1000")
        shell.wait_for("42000")
        return time.perf_counter() - begin


def interrupted(code: str) -> Callable[[Shells, Path], float]:
    """Seconds from Ctrl-C to the prompt, in the middle of `code`."""

    def measure(shells: Shells, checkout: Path) -> float:
        with shells.start(checkout) as shell:
            shell.run("import re, time")
            times = []
            for _ in range(3):
                shell.submit(f"print('be' 'gun')\n{code}")
                number = shell.number
                shell.wait_for("^begun$")
                time.sleep(0.1)
                begin = time.perf_counter()
                shell.press("c-c")
                while shell.prompt_number() <= number:
                    time.sleep(0.0005)
                times.append(time.perf_counter() - begin)
                shell.clear()
            return statistics.median(times)

    return measure


def timed(code: str, before: str = "") -> Callable[[Shells, Path], float]:
    """Seconds that `code` says it took."""

    def measure(shells: Shells, checkout: Path) -> float:
        with shells.start(checkout) as shell:
            shell.run("import time")
            if before:
                shell.run(before)
            times = []
            for _ in range(3):
                shell.submit(code)
                number = shell.number
                times.append(float(shell.wait_for(r"^took ([\d.]+)$", limit=120.0)[1]))
                shell.wait_for_end_of(number)
                shell.clear()
            return statistics.median(times)

    return measure


CASES: dict[str, Callable[[Shells, Path], float]] = {
    "start to first answer": first_answer,
    "Ctrl-C to prompt, sleep": interrupted("time.sleep(1000)\n"),
    "Ctrl-C to prompt, loop": interrupted("while True: pass\n"),
    "Ctrl-C to prompt, regex": interrupted("re.match('(a+)+b', 'a' * 60)\n"),
    "a busy loop": timed(LOOP),
    "a busy loop beside draws": timed(LOOP, ANIMATED),
    f"{LINES} prints": timed(PRINTS),
}


def main() -> None:
    """Measure both in turn, and print the medians and their ratio."""
    if len(sys.argv) != 2 or not os.path.isdir(os.path.join(sys.argv[1], "gshell")):
        sys.exit("usage: python -m benchmarks.against CHECKOUT")
    checkouts = {"this": ROOT, "other": Path(sys.argv[1]).absolute()}
    server = XServer()
    shells = Shells(server.display)
    print(f"{'median of ' + str(ROUNDS):28}{'this':>10}{'other':>10}{'ratio':>8}")
    try:
        for name, measure in CASES.items():
            times: dict[str, list[float]] = {which: [] for which in checkouts}
            for turn in range(ROUNDS + 1):
                for which, checkout in checkouts.items():
                    seconds = measure(shells, checkout)
                    if turn:  # the first fills caches
                        times[which].append(seconds)
            mine, other = (statistics.median(times[which]) for which in checkouts)
            print(f"{name:28}{mine * 1000:7.1f} ms{other * 1000:7.1f} ms{mine / other:8.2f}", flush=True)
    finally:
        shells.close()
        server.close()


if __name__ == "__main__":
    main()

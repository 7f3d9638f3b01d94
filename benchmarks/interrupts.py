"""How long from the key Ctrl-C to a usable prompt?  gshell against IPython, over the table of the tests.

python -m benchmarks.interrupts
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.interrupt_cases import CASES, Case
from tests.terminal import ROOT, Terminal, wait_until
from tests.xserver import XServer

LIMIT = 10.0


def measure(argv: list[str], run: str, case: Case, display: str) -> float | None:
    """Seconds from the key to the next prompt, or None if it does not come."""
    home = Path(tempfile.mkdtemp())
    (home / "case.py").write_text(case.script())
    env = {"HOME": str(home), "DISPLAY": display, "PYTHONPATH": str(ROOT), "MPLBACKEND": ""}
    try:
        with Terminal(argv, env=env, cwd=home, size=(40, 160)) as terminal:
            terminal.wait_for(r"^In \[1\]:")
            terminal.type(f"{run} case.py\r")
            terminal.wait_for("^begun$")
            if case.child:
                wait_until(lambda: case.child in _children(terminal.pid), "the child")
            time.sleep(0.3)  # the other shell has its first prompt's work to do
            start = time.perf_counter()
            terminal.press("c-c")
            while not re.match(r"In \[2\]:", terminal.cursor_line()):
                if time.perf_counter() - start > LIMIT:
                    return None
                time.sleep(0.001)
            return time.perf_counter() - start
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _children(pid: int) -> list[str]:
    return [child.name() for child in psutil.Process(pid).children(recursive=True)]


def main() -> None:
    """Measure both in turn, case by case, and print the times and their medians."""
    server = XServer()
    both: list[tuple[float, float]] = []
    all_mine: list[float] = []
    print(f"{'from Ctrl-C to the prompt':30}{'gshell':>10}{'IPython':>10}")
    try:
        for name, case in CASES.items():
            gui = "--qt" if case.display else "--no-gui"
            mine = measure([sys.executable, "-m", "gshell", gui], "run", case, server.display)
            ipython = [sys.executable, "-m", "IPython", "--no-banner", *["--matplotlib=qt"] * case.display]
            other = measure(ipython, "%run", case, server.display) if case.peers else None
            print(f"{name:30}{_shown(mine)}{_shown(other)}", flush=True)
            if mine is not None:
                all_mine.append(mine)
                if other is not None:
                    both.append((mine, other))
    finally:
        server.close()
    medians = [statistics.median(column) for column in zip(*both, strict=True)]
    print(f"{f'median of the {len(both)} that both stop':30}{_shown(medians[0])}{_shown(medians[1])}")
    print(f"{f'longest of all {len(all_mine)}':30}{_shown(max(all_mine))}")


def _shown(seconds: float | None) -> str:
    return f"{'-':>10}" if seconds is None else f"{seconds * 1000:7.0f} ms"


if __name__ == "__main__":
    main()

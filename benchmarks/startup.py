"""How soon is a typed line evaluated after the start?  gshell against IPython, both with Qt.

python -m benchmarks.startup
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal import ROOT, Terminal
from tests.xserver import XServer

ROUNDS = 7


def measure(argv: list[str], display: str, home: Path) -> float:
    """Seconds from the start to the answer to a line that was typed at once."""
    env = {"HOME": str(home), "DISPLAY": display, "PYTHONPATH": str(ROOT), "MPLBACKEND": ""}
    start = time.perf_counter()
    with Terminal(argv, env=env) as terminal:
        terminal.wait_for(r"^In \[1\]:")
        terminal.type("6 * 7 * 1000\r")
        terminal.wait_for("42000")
        return time.perf_counter() - start


def main() -> None:
    """Measure both in turn and print the medians and their ratio."""
    shells = {
        "gshell --qt": [sys.executable, "-m", "gshell", "--qt"],
        "ipython --matplotlib=qt": [sys.executable, "-m", "IPython", "--matplotlib=qt", "--no-banner"],
    }
    times: dict[str, list[float]] = {name: [] for name in shells}
    server = XServer()
    home = Path(tempfile.mkdtemp())
    try:
        for turn in range(ROUNDS + 1):
            for name, argv in shells.items():
                seconds = measure(argv, server.display, home)
                if turn:  # the first fills caches
                    times[name].append(seconds)
    finally:
        server.close()
        shutil.rmtree(home)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"start to first answer  {name:26}{value * 1000:6.0f} ms")
    mine, other = medians.values()
    print(f"start to first answer  sooner by a factor of {other / mine:.1f}")


if __name__ == "__main__":
    main()

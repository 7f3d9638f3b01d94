"""How long after Tab is there something to choose from, with much in the namespace?

python -m benchmarks.completion
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests.terminal import GShell, wait_until

ROUNDS = 15
CASES = {
    "name_": "10,000 names",
    "np.ar": "attributes of numpy",
    "plt.s": "attributes of pyplot",
    "df.c": "attributes of a table",
    "plt.plot([1, 2], a": "arguments of plot",
}


def measure(shell: GShell, cell: str) -> float:
    """Seconds from Tab to the menu."""
    shell.type(cell)
    wait_until(lambda: shell.cursor_line().endswith(cell), "the cell")
    start = time.perf_counter()
    shell.type("\t")
    below = shell.screen.cursor.y + 1
    while not shell.screen.display[below].strip() or shell.screen.display[below].lstrip().startswith("plt.plot("):
        if time.perf_counter() > start + 10:
            raise AssertionError(f"no menu for {cell}:\n{shell.text()}")
        time.sleep(0.001)
    seconds = time.perf_counter() - start
    shell.press("c-c")
    shell.wait_for_prompt()
    return seconds


def main() -> None:
    """Print median and maximum for each kind of completion."""
    home = Path(tempfile.mkdtemp())
    shell = GShell("--no-gui", home=home)
    try:
        shell.run("import numpy as np, pandas as pd, matplotlib.pyplot as plt")
        shell.run("globals().update((f'name_{number}', number) for number in range(10_000))")
        shell.run("df = pd.DataFrame({f'column{number}': [number] for number in range(100)})")
        for cell, what in CASES.items():
            times = [measure(shell, cell) * 1000 for _ in range(ROUNDS)]
            median, most = statistics.median(times), max(times)
            print(f"Tab to the first list  {what:26}{median:6.0f} ms, at most {most:.0f} ms")
    finally:
        shell.kill()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

"""How long from Enter at the prompt beside a running command to the value, whatever the command does?

python -m benchmarks.beside [LOOKS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal import LIMIT, GShell
from tests.xserver import XServer

LOOKS = 200
"""For each command."""
PROMPT = "beside>"
COMMANDS = {
    "pure Python": "while True: pass\n",
    "numpy": "import numpy as np; a = np.ones((1000, 1000))\nwhile True: a @ a\n",
    "sleep": "import time; time.sleep(100_000)",
    "recursion": "def down(n):\n    if n: down(n - 1)\n\nwhile True: down(500)\n",
    "plotting": (
        "import matplotlib.pyplot as plt; fig, ax = plt.subplots(); line, = ax.plot(range(50))\n"
        "while True: line.set_ydata(range(50))\n"
    ),
}


def measure(command: str, looks: int, home: Path, display: str) -> list[float]:
    """Seconds from Enter to the value, for each look at a command."""
    times = []
    with GShell("--qt", home=home, env={"DISPLAY": display}) as shell:
        shell.run("import matplotlib.pyplot as plt, numpy as np; plt.close(plt.figure())")
        shell.submit(command)
        shell.press("c-g")
        for number in range(looks):
            _wait(shell, lambda: shell.cursor_line().rstrip() == PROMPT)
            shell.type(f"'v' + '{number}'")
            _wait(shell, lambda: shell.cursor_line().rstrip().endswith(f"'{number}'"))  # noqa: B023
            begin = time.perf_counter()
            shell.press("enter")
            value = f"'v{number}'".encode()
            _wait(shell, lambda: value in shell.raw)  # noqa: B023
            times.append(time.perf_counter() - begin)
    return times


def _wait(shell: GShell, condition: object) -> None:
    end = time.perf_counter() + LIMIT
    while not condition():  # type: ignore[operator]
        if time.perf_counter() > end:
            raise AssertionError(shell.text())
        time.sleep(0.0005)


def main(looks: int = LOOKS) -> None:
    """Measure all, and print medians and the worst."""
    server = XServer()
    every: list[float] = []
    home = Path(tempfile.mkdtemp())  # one for all: matplotlib looks at the fonts once
    print(f"{'from Enter to the value':30}{'median':>12}{'worst':>12}")
    try:
        for name, command in COMMANDS.items():
            times = measure(command, looks, home, server.display)
            every += times
            print(f"{name:30}{_shown(statistics.median(times))}{_shown(max(times))}", flush=True)
        print(f"{f'all {len(every)}':30}{_shown(statistics.median(every))}{_shown(max(every))}")
    finally:
        server.close()


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:9.1f} ms"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

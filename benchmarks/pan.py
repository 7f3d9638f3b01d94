"""How many frames a second does a figure show while it is panned and a command computes?  gshell against IPython.

python -m benchmarks.pan [gtk3 | gtk4 | tk | wx ...]     with names: gshell alone, with these toolkits
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal import ROOT, Terminal
from tests.xserver import XServer

SECONDS = 5.0
BUSY = {
    "idle": "",
    "pure Python": "while not done: n += 1",
    "a little numpy": "import numpy as np\nwhile not done: np.random.rand(3); sum(range(10_000))",
    "sleep": "time.sleep({seconds})",
}

SETUP = (
    "import time, os, matplotlib.pyplot as plt; n = 0; done = []; draws = []; fig, ax = plt.subplots(); "
    "ax.plot(range(1000)); _ = fig.canvas.mpl_connect('draw_event', lambda event: draws.append(1)); "
    "_ = fig.canvas.toolbar.pan(); fig.show(); plt.pause(0.5); print('rea' + 'dy')"
)


def measure(argv: list[str], server: XServer, home: Path, busy: str) -> tuple[float, float]:
    """Frames per second while panning, and the same after the command (frames that came late)."""
    env = {"HOME": str(home), "DISPLAY": server.display, "PYTHONPATH": str(ROOT), "MPLBACKEND": ""}
    with Terminal(argv, env=env) as terminal:
        terminal.wait_for(r"^In \[1\]:")
        terminal.type(SETUP + "\r")
        terminal.wait_for("^ready")
        window = server.wait_for_window("Figure 1")
        line = busy.format(seconds=SECONDS + 2)
        alarm = (
            f"import signal; signal.signal(signal.SIGALRM, lambda *_: done.append(1)); signal.alarm({SECONDS + 2:.0f})"
        )
        terminal.type(f"{alarm}; draws.clear(); print('be' + 'gun')\r")
        terminal.wait_for("^begun")
        if line:
            terminal.type(f"exec({line!r})\r")
        server.move(window, 0.5, 0.5)
        server.hold()
        end = time.monotonic() + SECONDS
        step = 0
        while time.monotonic() < end:
            step += 1
            server.move(window, 0.5 + 0.1 * (step % 10) / 10, 0.5)
        terminal.type("\r") if not line else None
        log = "print('during', sum(1 for t in draws), 'frames')\r"
        server.release()
        terminal.type(log)
        frames = int(terminal.wait_for(r"^during (\d+) frames")[1])
        return frames / SECONDS, step / SECONDS


def main() -> None:
    """Measure and print."""
    toolkits = sys.argv[1:]
    shells = {f"gshell --{name}": [sys.executable, "-m", "gshell", f"--{name}"] for name in toolkits or ["qt"]}
    if not toolkits:
        shells["ipython --matplotlib=qt"] = [sys.executable, "-m", "IPython", "--matplotlib=qt", "--no-banner"]
    server = XServer()
    home = Path(tempfile.mkdtemp())
    try:
        for busy, line in BUSY.items():
            for name, argv in shells.items():
                frames, _ = measure(argv, server, home, line)
                print(f"pan, {busy:14}{name:26}{frames:6.1f} frames/s")
    finally:
        server.close()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

"""Three figures are panned without a pause, while the worker plots in them, closes them, opens them again and is
interrupted: nothing crashes, Qt does not complain, and neither memory nor descriptors grow.

GSHELL_PANNING is the number of seconds of the long run.
"""

from __future__ import annotations

import os
import random
import re
import time
from pathlib import Path

import psutil
import pytest

from tests.terminal import GShell, wait_until
from tests.test_soak import FATAL, GROWTH, WATCH
from tests.xserver import WindowGone, XServer

pytestmark = pytest.mark.own_shell

SECONDS = float(os.environ.get("GSHELL_PANNING", 600))
ANSWER = 60.0
"""Seconds after which a shell that does not answer counts as hung."""

SETUP = """
from watch import raised
import gc
from PyQt5.QtWidgets import QApplication
windows = lambda: sum(each.isVisible() for each in QApplication.topLevelWidgets())
def panned(number):
    fig = plt.figure(number)
    if not fig.axes:
        plt.plot(np.random.rand(200).cumsum())
        fig.canvas.toolbar.pan()
    return fig
"""

WORK = [
    "while True: panned(1); plt.plot(np.random.rand(50)); plt.cla()\n",
    "while True: plt.figure(2); plt.close(2); panned(2)\n",
    "while True: plt.close('all'); [panned(n) for n in (1, 2, 3)]\n",
    "while True: f = panned(3); plt.close(f); f.show()\n",
    "while True: panned(1).canvas.draw(); panned(2).canvas.draw_idle()\n",
    "while True: f = panned(3); f.axes[0].lines[0].set_ydata(np.random.rand(200)); plt.pause(0.001)\n",
    "while True: f = panned(2); f.savefig('panned.png', dpi=40)\n",
    "while True: f = panned(1); f.clf(); panned(1)\n",
    "while True: pass\n",
]


class Panning:
    """A shell with three figures, and a mouse that pans them."""

    def __init__(self, shell: GShell, display: XServer, seed: int) -> None:
        self.shell = shell
        self.display = display
        self.random = random.Random(seed)
        self.drags = 0
        self.presses = 0
        self.memory: list[int] = []
        self.descriptors: list[int] = []
        self._process = psutil.Process(shell.pid)

    def run(self, seconds: float) -> None:
        """Work for so many seconds, and look at what is left after each round."""
        end = time.monotonic() + seconds
        self.shell.run(SETUP)
        self._look()  # the first figures make what stays
        while time.monotonic() < end:
            over = min(end, time.monotonic() + max(4.0, seconds / 40))
            while time.monotonic() < over:
                self._work()
            self._look()

    def _work(self) -> None:
        cell = self.random.choice(WORK)
        self.shell.submit(cell)
        number = self.shell.number
        for _ in range(self.random.randint(1, 4)):
            self._pan()
        self.shell.press("c-c")
        self.presses += 1
        self.shell.wait_for_end_of(number, ANSWER)

    def _pan(self) -> None:
        for window in self.display.windows("^Figure [123]$"):
            try:
                self.display.ask_to_activate(window)
                self.display.drag(window, (0.3, 0.4), (self.random.random(), self.random.uniform(0.2, 0.9)), steps=4)
                self.drags += 1
            except WindowGone:  # it was closed meanwhile
                pass

    def _look(self) -> None:
        """The shell answers, knows all its windows, and has written nothing that it must not."""
        shell = self.shell
        shell.run("plt.close('all'); [panned(n) for n in (1, 2, 3)]; plt.pause(0.1)", ANSWER)
        assert shell.value("windows(), plt.get_fignums()") == "(3, [1, 2, 3])"
        assert shell.value("raised") == "[]"
        match = re.search(FATAL, shell.raw)
        assert not match, shell.raw[match.start() - 500 : match.end() + 500].decode(errors="replace")
        shell.run("gc.collect()", ANSWER)
        self.memory.append(self._process.memory_info().rss)
        self.descriptors.append(self._process.num_fds())
        shell.clear()

    def check(self) -> None:
        """Neither memory nor descriptors have grown in the second half."""
        half = len(self.memory) // 2
        assert self.drags > 0
        assert min(self.memory[half:]) - min(self.memory[1:half] or self.memory) < GROWTH, self
        assert max(self.descriptors[half:]) <= max(self.descriptors[: half + 1]) + 2, self

    def __str__(self) -> str:
        memory = " ".join(f"{each / 2**20:.0f}" for each in self.memory)
        return f"{self.drags} drags, {self.presses} presses, MB: {memory}, descriptors: {self.descriptors}"


def pan(shell: GShell, display: XServer, home: Path, seconds: float) -> None:
    (home / "watch.py").write_text(WATCH)
    panning = Panning(shell, display, random.randrange(10**6))
    try:
        panning.run(seconds)
    finally:
        print(panning)
    panning.check()
    assert shell.end() == 0
    wait_until(lambda: not display.windows("Figure"), "the windows to go")


@pytest.mark.stress
@pytest.mark.timeout(SECONDS + 600)
def test_three_figures_are_panned_while_the_worker_plots(plots: GShell, display: XServer, home: Path) -> None:
    pan(plots, display, home, SECONDS)

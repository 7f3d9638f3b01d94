"""Random mixes of what is done at the prompt beside a command: looks, holds, presses, prints, the mouse in a figure."""

from __future__ import annotations

import os
import random
import re
import time
from pathlib import Path

import pytest

from tests.terminal import GShell, wait_until
from tests.test_beside import PROMPT, ask, close, open_beside, wait_for_beside
from tests.xserver import XServer

pytestmark = pytest.mark.stress

STEPS = 100
ROUNDS = int(os.environ.get("GSHELL_MIXES", 4))
"""Mixes of so many steps, without windows, and with."""

SCRIPT = """
line, scale = None, 2
{figure}
def work():
    i = ticks = say = 0
    print("be" "gun")
    while True:
        i += 1
        x = i * scale
        while say:
            say -= 1
            ticks += 1
            print("tick", ticks)
        if line is not None and i % 10_000 == 0:
            line.set_ydata([i % 3, scale % 3])
            fig.canvas.draw_idle()
work()
"""
FIGURE = "plt.close('mix'); fig, ax = plt.subplots(num='mix'); line, = ax.plot([1, 2]); fig.show()"


class Mix:
    """One of them, and what has to be true after each step."""

    def __init__(self, shell: GShell, seed: int, display: XServer | None = None) -> None:
        """`display`: where the script's figure is, if it has one."""
        self._shell = shell
        self._random = random.Random(seed)
        self._display = display
        self._i = self._set = self._ticks = 0
        self._steps = [self._look, self._look, self._assign, self._raise, self._end_long_look, self._hold]
        self._steps += [self._reopen, self._print, self._have_it_print, self._stop, self._interrupt]
        if display is not None:
            self._steps += [self._drag, self._plot, self._close_window]

    def run(self, steps: int) -> None:
        """Do so many things, and leave the shell with nothing running."""
        self._begin()
        for _ in range(steps):
            self._random.choice(self._steps)()
        self._interrupt()
        close(self._shell)
        self._end("c-c")

    def _begin(self) -> None:
        """Run the script, and open the prompt beside it."""
        self._shell.clear()
        self._shell.submit("run -i script.py")
        self._i = self._ticks = 0
        self._shell.wait_for("^begun$")
        if self._display is not None:
            self._display.press_key(self._display.wait_for_window("mix"), "p")
        open_beside(self._shell)

    def _end(self, how: str) -> None:
        """The command ends by that, and by nothing before; the shell is there, and says nothing else."""
        assert not re.search("^KeyboardInterrupt$", self._shell.text(), re.MULTILINE)
        number = self._shell.number
        if how == "c-c":
            self._shell.press("c-c")
        else:
            self._shell.type(f"{how}\r")
        self._shell.wait_for_end_of(number)
        assert len(re.findall("^KeyboardInterrupt$", self._shell.text(), re.MULTILINE)) == 1
        ticks = [int(each) for each in re.findall(r"^tick (\d+)$", self._shell.text(), re.MULTILINE)]
        assert ticks == list(range(1, self._ticks + 1))
        assert self._shell.value("6 * 7") == "42"

    def _look(self) -> None:
        before, self._i = self._i, int(ask(self._shell, "i"))
        assert self._i >= before

    def _assign(self) -> None:
        self._set += 1
        assert ask(self._shell, f"scale = {self._set}; scale") == str(self._set)
        assert ask(self._shell, "x % scale == 0 or x") != ""

    def _raise(self) -> None:
        assert "ZeroDivisionError" in ask(self._shell, "i // 0")

    def _end_long_look(self) -> None:
        wait_for_beside(self._shell)
        self._shell.type("__import__('time').sleep(1000)\r")
        wait_until(lambda: self._shell.cursor_line() == "", "the look to begin")
        if self._random.random() < 0.5:
            time.sleep(self._random.random() / 10)
        count = self._shell.text().count("the look has ended")
        while self._shell.text().count("the look has ended") == count and self._shell.cursor_line().rstrip() != PROMPT:
            self._shell.press("c-c")
            time.sleep(0.3)

    def _hold(self) -> None:
        ask(self._shell, "%hold")
        assert ask(self._shell, "i") == ask(self._shell, "i")
        self._assign()
        ask(self._shell, "%go")

    def _reopen(self) -> None:
        close(self._shell)
        open_beside(self._shell)

    def _print(self) -> None:
        number = self._random.randrange(10**6)
        assert ask(self._shell, f"print({number}); print({number + 1})") == f"{number}\n{number + 1}"

    def _have_it_print(self) -> None:
        """The command prints: under the prompt, or while it is closed."""
        count = self._random.randrange(1, 5)
        self._ticks += count
        closed = self._random.random() < 0.5
        ask(self._shell, f"say = {count}")
        if closed:
            close(self._shell)
        self._shell.wait_for(rf"^tick {self._ticks}$")
        if closed:
            open_beside(self._shell)

    def _interrupt(self) -> None:
        """Ctrl-C at the prompt clears what is typed there."""
        wait_for_beside(self._shell)
        self._shell.type("not this")
        wait_until(lambda: self._shell.cursor_line().rstrip() == f"{PROMPT} not this", "what is typed")
        self._shell.press("c-c")
        wait_for_beside(self._shell)

    def _stop(self) -> None:
        if self._random.random() < 0.5:
            wait_for_beside(self._shell)
            self._end("%stop")
        else:
            close(self._shell)
            self._end("c-c")
        self._begin()

    def _drag(self) -> None:
        assert self._display is not None
        limits = ask(self._shell, "ax.get_xlim()")
        self._display.drag(self._display.wait_for_window("mix"), (0.5, 0.5), (0.6, 0.5))
        wait_until(lambda: ask(self._shell, "ax.get_xlim()") != limits, "the figure to follow the mouse")

    def _plot(self) -> None:
        display = self._display
        assert display is not None
        ask(self._shell, "figure('look').gca().plot([1, 2]);")
        display.wait_for_window("look")
        ask(self._shell, "plt.close('look'); plt.figure('mix');")
        wait_until(lambda: not display.windows("look"), "the window to go")

    def _close_window(self) -> None:
        """By hand; the script's figure has a window again."""
        assert self._display is not None
        self._display.close_by_hand("mix")
        ask(self._shell, "fig.show()")
        self._display.press_key(self._display.wait_for_window("mix"), "p")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_random_mixes(shell: GShell, home: Path, seed: int) -> None:
    (home / "script.py").write_text(SCRIPT.format(figure=""))
    Mix(shell, seed).run(STEPS)
    assert shell.end() == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_random_mixes_with_a_figure(plots: GShell, display: XServer, home: Path, seed: int) -> None:
    (home / "script.py").write_text(SCRIPT.format(figure=FIGURE))
    Mix(plots, seed, display).run(STEPS)
    assert plots.end() == 0

"""A session of random work: commands, mouse, keys, resizes, closed windows and Ctrl-C, for as long as is asked for.

GSHELL_SOAK is the number of seconds of the long run, GSHELL_SOAK_SEED the seed of one that is to be repeated.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import deque
from pathlib import Path

import psutil
import pytest

from tests.terminal import GShell, wait_until
from tests.xserver import WindowGone, XServer

pytestmark = pytest.mark.own_shell

SECONDS = float(os.environ.get("GSHELL_SOAK", 1800))
ANSWER = 60.0
"""Seconds after which a shell that does not answer counts as hung."""
GROWTH = 60 * 2**20
"""Bytes of memory that the second half of the run may add: what a fragmented heap and the history of cells take."""
FIGURES = 6
"""More windows than that are closed: a screen has room for so many."""
FIGURE = "^Figure( [0-9]+|, renamed)$"
"""The title of a figure's window; a dialog may be called "Figure options"."""

FATAL = rb"\bQ[A-Z][a-z]+[:(]|QBasicTimer|has been deleted|Segmentation|Fatal|Aborted|core dumped|gshell has ended"
"""What Qt, or a crash, would write."""

WATCH = '''\
"""Notes the exceptions that nobody caught and that were raised by the shell itself: mostly on the GUI thread."""

import os
import sys
from functools import wraps

import gshell

own = os.path.dirname(gshell.__file__) + os.sep
raised = []


def note(hook):
    @wraps(hook)
    def noted(kind, error, trace):
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = "" if trace is None else trace.tb_frame.f_code.co_filename
        if where.startswith(own) or not where:
            raised.append((kind.__name__, where, f"{error}"[:200]))
        hook(kind, error, trace)

    return noted


sys.excepthook = note(sys.excepthook)
'''

FINITE = [
    "plt.figure(); plt.plot(np.random.rand(100))",
    "plt.figure(); plt.imshow(np.random.rand(20, 20)); plt.colorbar()",
    "plt.subplots(2, 2)[1][0, 0].scatter(*np.random.rand(2, 50), c=np.random.rand(50))",
    "plt.plot(np.random.rand(1000).cumsum(), label='walk'); plt.legend()",
    "plt.clf(); plt.hist(np.random.randn(1000), 40); plt.title('histogram')",
    "for i in range(20): plt.cla(); plt.plot(np.random.rand(i + 1)); plt.pause(0.001)\n",
    "line, = plt.gca().plot([1, 2]); line.set_data(np.arange(99), np.random.rand(99)); plt.draw()",
    "plt.gcf().set_size_inches(3 + 4 * np.random.rand(), 3 + 2 * np.random.rand())",
    "plt.gcf().canvas.manager.set_window_title('Figure, renamed')",
    "plt.savefig('soak.png', dpi=50)",
    "plt.close()",
    "sum(i * i for i in range(300_000))",
    "print('line\\n' * 30)",
    "1 / 0",
]
ENDLESS = [
    "while True: pass\n",
    "import time; time.sleep(1000)",
    "while True: plt.pause(0.01)\n",
    "line, = plt.gca().plot([1, 2])\nwhile True: line.set_data(np.arange(99), np.random.rand(99))\n",
    "ax = plt.gca()\nwhile True: ax.cla(); ax.plot(np.random.rand(50))\n",
    "while True: plt.gcf().canvas.draw()\n",
    "while True: plt.gcf().canvas.draw_idle(); plt.gcf().canvas.flush_events()\n",
    "while True: plt.close(plt.figure())\n",
    "while True: np.ones((200, 200)) @ np.ones((200, 200))\n",
    "plt.show(block=True)\nwhile True: pass\n",
    "a = FuncAnimation(plt.gcf(), lambda i: plt.gca().set_title(i), interval=10, cache_frame_data=False)\n"
    "while True: plt.pause(0.1)\n",
]
# All that a figure knows but "s", whose dialog waits for a file name.
KEYS = ["p", "o", "h", "r", "c", "v", "g", "k", "l", "Left", "Right", "x", "y", "Escape", "f"]


class Soak:
    """A shell, and somebody who does things to it at random."""

    def __init__(self, shell: GShell, display: XServer, seed: int) -> None:
        self.shell = shell
        self.display = display
        self.random = random.Random(seed)
        self.seed = seed
        self.actions = 0
        self.recent: deque[str] = deque(maxlen=12)
        self.memory: list[int] = []
        """Resident bytes after each round."""
        self._process = psutil.Process(shell.pid)

    def run(self, seconds: float) -> None:
        """Work for so many seconds, and look at what is left now and then; the summary goes with what fails."""
        end = time.monotonic() + seconds
        try:
            self._begin()
            while time.monotonic() < end:
                # Rounds are short enough for a short run to have several.
                over = min(end, time.monotonic() + max(4.0, seconds / 60))
                while time.monotonic() < over:
                    self._command()
                self._look()
            self._check_memory()
        except BaseException as error:
            error.add_note(f"{self}; the last were {list(self.recent)}")
            raise

    def __str__(self) -> str:
        memory = [f"{size / 2**20:.0f}" for size in self.memory]
        return f"seed {self.seed}, {self.actions} actions, MB after each round: {' '.join(memory)}"

    def _begin(self) -> None:
        self.shell.run("from watch import raised; import gc; from matplotlib.animation import FuncAnimation")
        self.shell.run("before = 42")

    def _note(self, action: str) -> None:
        self.actions += 1
        self.recent.append(action)

    # Commands.

    def _command(self) -> None:
        """A command, most often with something done to its figures meanwhile, and Ctrl-C if it needs that."""
        endless = self.random.random() < 0.4
        cell = self.random.choice(ENDLESS if endless else FINITE)
        self._note(cell)
        self.shell.submit(cell)
        number = self.shell.number
        for _ in range(self.random.choice([0, 1, 1, 2, 4])):
            self._do_something()
        if endless or self.random.random() < 0.2:
            # At a moment that nothing determines: that is the point of it.
            time.sleep(self.random.random() ** 3 * 0.3)
            self._note("c-c")
            self.shell.press("c-c")
        self.shell.wait_for_end_of(number, ANSWER)
        assert self.shell.alive(), "the shell has ended"

    # Mouse and keys.  A window may go at any moment: then nothing was done.

    def _do_something(self) -> None:
        windows = self._figures()
        if not windows:
            return
        action = self.random.choice(
            [self._click, self._drag, self._drag, self._wheel, self._key, self._resize, self._tool, self._close]
        )
        self._note(action.__name__)
        try:
            action(self.random.choice(windows))
        except WindowGone:
            pass

    def _place(self) -> tuple[float, float]:
        return self.random.uniform(0.05, 0.95), self.random.uniform(0.2, 0.95)  # below the toolbar

    def _click(self, window: str) -> None:
        self.display.move(window, *self._place())
        self.display.press_button(self.random.choice([1, 1, 2, 3]), self.random.randint(1, 3))

    def _drag(self, window: str) -> None:
        self.display.drag(window, self._place(), self._place(), steps=self.random.randint(1, 8))

    def _wheel(self, window: str) -> None:
        self.display.move(window, *self._place())
        self.display.press_button(self.random.choice([4, 5]), self.random.randint(1, 9))

    def _key(self, window: str) -> None:
        self._press(window, self.random.choice(KEYS))

    def _press(self, window: str, key: str) -> None:
        # Not xdotool's --sync: it waits for ever for a window that goes meanwhile.
        self.display.ask_to_activate(window)
        self.display.xdotool("key", key)

    def _resize(self, window: str) -> None:
        self.display.xdotool("windowsize", window, self.random.randint(120, 900), self.random.randint(120, 800))

    def _tool(self, window: str) -> None:
        """A button of the toolbar; the dialog that some of them open stays until the end of the round, or an Escape."""
        left, top, _, _ = self.display.geometry(window)
        self.display.point(left + self.random.randint(5, 250), top + 20)
        self.display.press_button()

    def _close(self, window: str) -> None:
        self._press(window, self.random.choice(["alt+F4", "ctrl+w"]))

    # What has to hold.

    def _look(self) -> None:
        """The shell answers, its state is whole, and it has not written what it must not."""
        shell = self.shell
        wait_until(self._no_dialogs, "the dialogs to go", ANSWER)
        assert shell.value("before") == "42"
        assert shell.value("1 + 1") == "2"
        assert shell.value("raised") == "[]"
        match = re.search(FATAL, shell.raw)
        assert not match, shell.raw[match.start() - 500 : match.end() + 500].decode(errors="replace")
        if len(self._figures()) > FIGURES or self.random.random() < 0.5:
            shell.run("plt.close('all')", ANSWER)
        shell.run("gc.collect()", ANSWER)
        self.memory.append(self._process.memory_info().rss)
        with shell._lock:
            # Of half an hour they would be too much for this process.
            shell.screen.above.clear()
            shell.raw = b""

    def _figures(self) -> list[str]:
        return self.display.windows(FIGURE)

    def _no_dialogs(self) -> bool:
        """Whether no window but figures is there; press Escape in those that are."""
        figures = self._figures()
        others = [window for window in self.display.windows(".") if window not in figures]
        for window in others:
            try:
                self._press(window, "Escape")
            except AssertionError:  # it has gone
                pass
        return not others

    def _check_memory(self) -> None:
        half = self.memory[len(self.memory) // 2 :]
        # The smallest of the first rounds and of the last ones: how many figures are open differs.
        few = max(1, len(half) // 4)
        growth = min(half[-few:]) - min(half[:few])
        assert growth < GROWTH, f"{growth / 2**20:.0f} MB more in the second half"


def soak(shell: GShell, display: XServer, home: Path, seed: int, seconds: float) -> None:
    (home / "watch.py").write_text(WATCH)
    work = Soak(shell, display, seed)
    work.run(seconds)
    assert work.actions > 0
    print(work)
    assert shell.end() == 0


def test_a_little_random_work(plots: GShell, display: XServer, home: Path) -> None:
    soak(plots, display, home, int(os.environ.get("GSHELL_SOAK_SEED", 4711)), 2)


@pytest.mark.stress
@pytest.mark.timeout(SECONDS + 600)
def test_random_work(plots: GShell, display: XServer, home: Path) -> None:
    soak(plots, display, home, int(os.environ.get("GSHELL_SOAK_SEED", random.randrange(10**6))), SECONDS)

"""What does it cost to keep a session, and to restore it?  Against numpy.save, dill and IPython's %store.

python -m benchmarks.sessions

A shell with two gigabytes of arrays, in a terminal: how long its loop stands still when a snapshot is taken, how much
slower it is meanwhile, what the next snapshot writes if nothing has changed, how much memory both processes take, and
how long a session takes to be back.  Then the same small namespace, with a generator in it, saved by each of the three.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import psutil

from tests.terminal import GShell

GIGABYTES = 2
SECONDS = 10
"""That the loop runs alone."""
CYCLE = 900
"""Seconds at most until it has run beside two snapshots, and so from one to the next."""
AFTER = 10
"""Seconds after the end of a child in which its memory is put back into large pages, and that counts, too."""

DATA = f"""
import glob, numpy as np, os, time
data = [np.random.default_rng(i).random(125_000_000 // 4) for i in range({4 * GIGABYTES})]
def loop(seconds):
    turns, worst = 0, 0.0
    last = time.perf_counter()
    end = last + seconds
    while last < end:
        now = time.perf_counter()
        worst, last, turns = max(worst, now - last), now, turns + 1
        data[turns % len(data)][turns * 999983 % 31_250_000] = now  # a page that the child has, too, is copied
    return turns, worst
def beside(snapshots, limit):
    # Seconds of the loop: when, how many turns, the longest one, and whether a child wrote a snapshot.
    seconds, written, end = [], 0, time.perf_counter() + limit
    while written < snapshots and time.perf_counter() < end:
        begun = time.perf_counter(), bool(children())
        turns, worst = loop(1)
        seconds.append((begun[0], turns, worst, begun[1] or bool(children())))
        written += len(seconds) > 1 and seconds[-2][3] and not seconds[-1][3]
    for _ in range({AFTER}):
        seconds.append((time.perf_counter(), *loop(1), False))
    return seconds
def children():
    return [each for name in glob.glob("/proc/self/task/*/children") for each in open(name).read().split()]
def numpy_save():
    begin = time.perf_counter()
    for i, each in enumerate(data):
        with open(f"array-{{i}}.npy", "wb") as file:
            np.save(file, each)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - begin
"""

SMALL = """
import numpy as np
array = np.arange(25_000_000.0)
alias = array
words = [str(i) for i in range(1_000_000)]
def scaled(x): return x * len(words)
class Point:
    def __init__(self, x): self.x = x
points = [Point(i) for i in range(100_000)]
"""
GENERATOR = "lines = (line for line in 'abc')\n"

DILL = f"{SMALL}{{generator}}import dill, time\nbegin = time.perf_counter()\n" + (
    "try: dill.dump_session('session.pkl')\nexcept Exception as error: print('failed:', type(error).__name__)\n"
    "else: print('took', time.perf_counter() - begin)\n"
)
STORE = f"{SMALL}{{generator}}" + (
    "import time\nbegin = time.perf_counter()\n"
    "for name in 'array alias words scaled Point points lines'.split():\n"
    "    if name in globals(): get_ipython().run_line_magic('store', name)\n"
    "print('took', time.perf_counter() - begin)\n"
)


class Home:
    """A home directory for shells whose sessions are kept."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp())
        settings = self.path / ".config" / "gshell" / "gshell.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text("session_interval = 5\nsession_gb = 0\n")

    def shell(self, *arguments: str) -> GShell:
        """One at its prompt."""
        return GShell("--no-gui", *arguments, home=self.path, env={"GSHELL_SESSION": "", "IPYTHONDIR": str(self.path)})

    @property
    def written(self) -> int:
        """Bytes of all sessions."""
        files = self.path.glob(".local/state/gshell/sessions/*/objects/*")
        return sum(path.stat().st_size for path in files)

    @property
    def snapshots(self) -> int:
        """The number of the last one."""
        found = self.path.glob(".local/state/gshell/sessions/*/snapshot-*.json")
        return max((int(path.stem.partition("-")[2]) for path in found), default=0)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.path)


class Memory:
    """The memory that a process and its children take together, at most, counted once where they share it."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._done = False
        self.peak = 0
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done = True
        self._thread.join()

    def _watch(self) -> None:
        while not self._done:
            try:
                processes = [self._process, *self._process.children()]
                self.peak = max(self.peak, sum(process.memory_full_info().pss for process in processes))
            except psutil.Error:
                pass  # the child has just ended
            time.sleep(0.02)


def timed(function: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def large(home: Home) -> None:
    """Two gigabytes."""
    with home.shell() as shell:
        shell.run("%config session = off")
        shell.run(DATA, 300)
        before = psutil.Process(shell.pid).memory_info().rss
        alone = eval(shell.run(f"loop({SECONDS})", 300).partition("]: ")[2])
        numpy = float(shell.run("numpy_save()", 300).partition("]: ")[2])
        shell.run("%config session = on")
        with Memory(shell.pid) as memory:
            first = timed(lambda: shell.run("%session save", 300))
        size = home.written
        again = timed(lambda: shell.run("%session save", 300))
        print(f"sessions, {size / 1e9:.1f} GB, saved: {first / numpy:.2f} times as long as numpy.save and fsync")
        print(f"sessions, saved again, nothing has changed: {home.written - size} bytes written, {again:.2f} s")
        print(f"sessions, memory of shell and child together, at most: {memory.peak / before:.2f} times the shell's")
        shell.run(f"seconds = beside(2, {CYCLE})", CYCLE + 60)
        shell.run("import json; json.dump(seconds, open('seconds.json', 'w'))")
        beside(json.loads((home.path / "seconds.json").read_text()), alone[1])
        os.kill(shell.pid, 9)
    with home.shell() as shell:
        took = timed(lambda: shell.run("%session restore", 300))
        assert shell.value("len(data)") == str(4 * GIGABYTES), shell.text()
        print(f"sessions, restored: {took:.2f} s")


def beside(seconds: list[tuple[float, int, float, bool]], alone: float) -> None:
    """Print what two snapshots have cost a loop, second by second (see DATA)."""
    snapshots: list[list[tuple[float, int, float]]] = []
    others: list[int] = []
    before, counts = False, 0
    for begun, turns, worst, writes in seconds:
        snapshots += [[]] * (writes and not before)
        before, counts = writes, AFTER if writes else counts - 1
        if counts >= 0 and snapshots:
            snapshots[-1] = [*snapshots[-1], (begun, turns, worst)]
        else:
            others.append(turns)
    usual = statistics.median(others)
    assert len(snapshots) >= 2, f"{len(snapshots)} snapshots in {CYCLE} s"
    first, second = snapshots[:2]
    cycle = second[0][0] - first[0][0]
    lost = [sum(1 - turns / usual for _, turns, _ in each) for each in (first, second)]
    still = max(worst for each in snapshots for _, _, worst in each)
    print(f"sessions, a loop that changes numbers all over the arrays, from one snapshot to the next, {cycle:.0f} s:")
    print(f"sessions,   it stands still for {1000 * still:.0f} ms at most (alone: {1000 * alone:.0f})")
    print(f"sessions,   a snapshot costs it {lost[0]:.1f} and {lost[1]:.1f} s, {100 * max(lost) / cycle:.2f} %")


def small() -> None:
    """The same namespace in three shells, with and without a generator."""
    for generator in ("", GENERATOR):
        what = "with a generator" if generator else "200 MB of arrays and a million strings"
        home = Home()
        with home.shell() as shell:
            shell.run(SMALL + generator, 100)
            took = timed(lambda shell=shell: shell.run("%session save", 300))  # type: ignore[misc]
            print(f"sessions, {what}, gshell: {took:.2f} s, {home.written / 1e6:.0f} MB")
        done = subprocess.run(
            [sys.executable, "-c", DILL.replace("{generator}", generator)],
            cwd=home.path,
            text=True,
            capture_output=True,
        )
        print(f"sessions, {what}, dill: {done.stdout.strip() or done.stderr.strip().splitlines()[-1]}")
        script = home.path / "store.py"
        script.write_text(STORE.replace("{generator}", generator))
        done = subprocess.run(
            [sys.executable, "-m", "IPython", "--no-banner", "--colors=nocolor", str(script)],
            cwd=home.path, text=True, capture_output=True, env={**os.environ, "IPYTHONDIR": str(home.path)},
        )  # fmt: skip
        said = (done.stdout + done.stderr).splitlines()
        found = [line for line in said if line.startswith(("took", "Warning")) or "Error" in line]
        print(f"sessions, {what}, %store: {'; '.join(found or said[-1:])}")
        home.close()


def main() -> None:
    """Measure and print."""
    home = Home()
    try:
        large(home)
    finally:
        home.close()
    small()


if __name__ == "__main__":
    main()

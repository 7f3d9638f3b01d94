"""What do the prompt beside a loop, and values watched there, cost the loop?

Two things: it waits for the GIL while the console draws, and it stands still while its variables are looked at.  The
first is time that passes for the loop's thread without its being on a processor; the second is clocked.  How often the
loop goes round says much less: on a shared machine the speed of a processor changes twofold from one second to the
next, and a watch costs some thousandths.

In turn the prompt is closed, open, and open with two values watched, whose text changes all the time.

python -m benchmarks.watch [TURNS]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal import GShell, wait_until
from tests.test_beside import ask, close, open_beside

TURNS = 20
SECONDS = 3.0
"""Of each of the three, in each turn."""
LOOP = """\
import time
from gshell.threads.visits import Visit

lost = []; k = 0

def take_place(self, frame, really=Visit.take_place):
    begin = time.monotonic()
    try: return really(self, frame)
    finally: lost.append((begin, time.monotonic() - begin))

Visit.take_place = take_place

def count():
    global k
    last = time.monotonic(); last_own = time.thread_time()
    while True:
        for _ in range(100): k += 1
        now = time.monotonic(); own = time.thread_time()
        waited = now - last - (own - last_own)
        if waited > 2e-5: lost.append((last, waited))
        last = now; last_own = own

"""
WATCHED = "k", "len(lost)"


def measure(turns: int) -> dict[str, list[float]]:
    """The share of the loop's time that is lost with the prompt closed, open, and values watched; by turns."""
    home = Path(tempfile.mkdtemp())
    windows: dict[str, list[tuple[float, float]]] = {"closed": [], "open": [], "watched": []}
    with GShell("--no-gui", home=home) as shell:

        def settle(name: str) -> None:
            begin = time.monotonic() + 0.5  # what had to be done for that is over
            time.sleep(0.5 + SECONDS)
            windows[name].append((begin, begin + SECONDS))

        shell.run(LOOP)
        shell.submit("count()")
        for _ in range(turns):
            settle("closed")
            open_beside(shell)
            settle("open")
            for name in WATCHED:
                ask(shell, f"%watch {name}")
            wait_until(lambda: f"{WATCHED[-1]} = " in shell.text(), "the values")
            settle("watched")
            for _name in WATCHED:
                ask(shell, "%watch -1")
            close(shell)
        shell.press("c-c")
        shell.wait_for_prompt()
        shell.run(f"import json; _ = open({str(home / 'lost')!r}, 'w').write(json.dumps(lost))")
        lost = json.loads((home / "lost").read_text())
    return {name: [_share(lost, *each) for each in windows[name]] for name in windows}


def _share(lost: list[tuple[float, float]], begin: float, end: float) -> float:
    return sum(seconds for at, seconds in lost if begin <= at < end) / (end - begin)


def main(turns: int = TURNS) -> None:
    """Measure, and print the shares, and by how much they differ within the turns."""
    shares = measure(turns)
    print(f"{'lost for the loop':36}{'median':>9}{'quartiles':>20}")
    for name, each in shares.items():
        _print(name, each)
    for name, other in (("open", "closed"), ("watched", "closed"), ("watched", "open")):
        _print(f"{name}, more than {other}", [a - b for a, b in zip(shares[name], shares[other], strict=True)])


def _print(name: str, shares: list[float]) -> None:
    low, middle, high = statistics.quantiles(shares, n=4)
    print(f"{name:36}{middle:9.2%}{low:10.2%}{high:10.2%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

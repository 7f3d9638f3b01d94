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
from collections.abc import Callable
from pathlib import Path

from tests.terminal import GShell, wait_until

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

        def settle(condition: Callable[[], bool], what: str, name: str) -> None:
            wait_until(condition, what)
            begin = time.monotonic() + 0.5  # what had to be done for that is over
            time.sleep(0.5 + SECONDS)
            windows[name].append((begin, begin + SECONDS))

        shell.run(LOOP)
        shell.submit("count()")
        for _ in range(turns):
            settle(lambda: not shell.cursor_line().startswith("beside>"), "closed", "closed")
            shell.press("c-g")
            settle(lambda: shell.cursor_line().startswith("beside>"), "open", "open")
            for name in WATCHED:
                shell.type(f"%watch {name}\r")
            settle(lambda: f"{WATCHED[-1]} = " in shell.text(), "watched", "watched")
            shell.type("%watch -1\r" * len(WATCHED))
            wait_until(lambda: "nothing is watched" in shell.text(), "nothing watched")
            shell.press("c-l")
            wait_until(lambda: "nothing is watched" not in shell.text(), "an empty screen")
            shell.press("c-d")
        wait_until(lambda: not shell.cursor_line().startswith("beside>"), "closed")
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

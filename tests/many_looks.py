"""Looks at the command that runs, as many and as fast as can be: imported and begun in the shell by its tests."""

from __future__ import annotations

import gc
import json
import threading
import time
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

from gshell.shell.running import RunningCommand

AGAIN = 0.002
"""Seconds between two times of asking for the same look."""


def begin(expression: str, count: int, result: str) -> None:
    """Look at the running command `count` times, from another thread, from now on; write to a file what was seen.

    As the console would: nobody else is to use the prompt beside the command meanwhile.  The file has the values that
    were seen, each with how often it was.
    """
    running = next(each for each in gc.get_objects() if type(each) is RunningCommand)
    threading.Thread(target=_look, args=(running, expression, count, Path(result)), daemon=True).start()


def _look(running: RunningCommand, expression: str, count: int, result: Path) -> None:
    seen: dict[str, int] = {}
    while not running.frames():
        time.sleep(AGAIN)
    for _ in range(count):
        visit = running.values([expression], None)
        begun = time.monotonic()
        while True:
            running.ask(visit, begun)
            try:
                value = str(visit.outcome.result(AGAIN)[0])
                break
            except NotYet:
                continue
        seen[value] = seen.get(value, 0) + 1
    result.with_suffix(".new").write_text(json.dumps(seen))
    result.with_suffix(".new").rename(result)

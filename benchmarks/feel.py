"""How quick the prompt feels: gshell against ptpython, and printing against plain Python.

python -m benchmarks.feel
"""

from __future__ import annotations

import os
import re
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ptyprocess import PtyProcess

from tests.terminal import LIMIT, ROOT

ROUNDS = 30
KEYS = 300
RATE = 60
"""Keys a second."""
LINES = 100_000
PASTED = 5_000
LONG = 1_000
"""Lines of a cell in which keys are typed."""
ANSI = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[=>]")


class Raw:
    """A program in a pseudo-terminal that takes what it writes as fast as it comes, and draws nothing."""

    def __init__(self, argv: list[str], home: Path) -> None:
        env = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        env.pop("DISPLAY", None)
        self._process = PtyProcess.spawn(argv, env=env, dimensions=(40, 120))
        self._written = b""

    def type(self, text: str) -> None:
        """Type text; forget what was written before."""
        self._written = b""
        data = text.encode()
        while data:
            data = data[os.write(self._process.fd, data[:1024]) :]
            self._read(0)

    def wait_for(self, condition: Callable[[bytes], object]) -> float:
        """Read until `condition(what was written since the last type())`; return the time at which it was so."""
        end = time.perf_counter() + LIMIT
        while not condition(self._written):
            if time.perf_counter() > end:
                raise TimeoutError(self._written[-500:])
            self._read(0.1)
        return time.perf_counter()

    def _read(self, seconds: float) -> None:
        while select.select([self._process.fd], [], [], seconds)[0]:
            data = os.read(self._process.fd, 65536)
            for _ in range(data.count(b"\x1b[6n")):
                os.write(self._process.fd, b"\x1b[1;1R")
            self._written = (self._written + data)[-100_000:]
            seconds = 0

    def close(self) -> None:
        """End it."""
        self._process.close(force=True)


def text_of(written: bytes) -> bytes:
    """What is written without escape sequences."""
    return ANSI.sub(b"", written)


def prompts(written: bytes) -> int:
    """How many times a prompt was drawn."""
    return len(re.findall(rb"In \[\d+\]:|>>>", text_of(written)))


def answer(shell: Raw, typed: str, shown: bytes) -> float:
    """Seconds from Enter to the prompt after the answer."""
    begin = time.perf_counter()
    shell.type(typed)
    return shell.wait_for(lambda written: prompts(text_of(written).partition(shown)[2])) - begin


def start(argv: list[str], home: Path) -> Raw:
    """A shell at its prompt, warm."""
    shell = Raw(argv, home)
    shell.wait_for(prompts)
    for _ in range(3):
        answer(shell, "40+2\r", b"42")
    return shell


def echoes(shell: Raw) -> list[float]:
    """Seconds from each key to its character on the screen, typed at a steady rate."""
    times = []
    begin = time.perf_counter()
    for index in range(KEYS):
        while time.perf_counter() < begin + index / RATE:
            time.sleep(0.001)
        key = "abcdefghij"[index % 10]
        pressed = time.perf_counter()
        shell.type(key)
        times.append(shell.wait_for(lambda written, key=key: key.encode() in text_of(written)) - pressed)  # type: ignore[misc]
    shell.type("\x03")
    answer(shell, "40+2\r", b"42")
    return times


def in_long_cell(shell: Raw) -> list[float]:
    """The same at the end of a cell of many lines."""
    cell = "".join(f"name_{i} = {i} + 1  # a line\n" for i in range(LONG)) + "print('long', 'cell')\n"
    shell.type(f"\x1b[200~{cell}\x1b[201~")
    shell.wait_for(lambda written: b"'cell'" in text_of(written))
    return echoes(shell)


def main() -> None:
    """Measure all and print them."""
    gshell = [sys.executable, "-m", "gshell", "--no-gui"]
    home = Path(tempfile.mkdtemp())
    shells = {"gshell": start(gshell, home), "ptpython": start([sys.executable, "-m", "ptpython"], home)}
    times: dict[str, list[float]] = {name: [] for name in shells}
    for _ in range(ROUNDS):
        for name, shell in shells.items():
            times[name].append(answer(shell, "40+2\r", b"42"))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"prompt to prompt       {name:26}{value * 1000:6.1f} ms")
    print(f"prompt to prompt       sooner by a factor of {medians['ptpython'] / medians['gshell']:.1f}")
    for name, shell in shells.items():
        keys = sorted(echoes(shell))
        print(
            f"key to character       {name:26}{statistics.median(keys) * 1000:6.1f} ms, the slowest of {KEYS} at "
            f"{RATE} a second {keys[-1] * 1000:.1f} ms"
        )
    short, long = (statistics.median(measure(shells["gshell"])) for measure in (echoes, in_long_cell))
    name = f"in {LONG:,} lines"
    print(f"key to character       {name:26}{long * 1000:6.1f} ms, {long / short:.1f} times as long as in one line")
    shells["python"] = start([sys.executable, "-q"], home)
    line = f"for i in range({LINES}): print(i, 'a line of output')\r"
    took: dict[str, float] = {}
    for name in ("gshell", "python", "gshell", "python"):
        end = f"{LINES - 1} a line of output".encode()
        took[name] = min(answer(shells[name], line + "\r", end), took.get(name, 1e9))
    for name, value in took.items():
        print(f"{LINES:,} printed lines  {name:26}{value:6.2f} s")
    cell = "".join(f"name_{i} = {i} + 1\n" for i in range(PASTED)) + "print('all', 'done')"
    begin = time.perf_counter()
    shells["gshell"].type(f"\x1b[200~{cell}\x1b[201~")
    shells["gshell"].wait_for(lambda written: b"'done'" in text_of(written))
    seconds = answer(shells["gshell"], "\r", b"all done") and time.perf_counter() - begin
    print(f"{PASTED:,} lines pasted and run  gshell  {seconds:6.2f} s")
    for shell in shells.values():
        shell.close()


if __name__ == "__main__":
    main()

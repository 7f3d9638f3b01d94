"""The real shell in a pseudo-terminal, with a screen to look at and keys to press."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pyte
from ptyprocess import PtyProcess

from tests.noise import text_without_noise, without_noise
from tests.prepared import Parent, fork
from tests.screen import Screen

LIMIT = 30.0
"""Seconds after which a test gives up waiting.  Generous: it only bounds a hang."""

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
}

ROOT = Path(__file__).parent.parent

BRACKETED_PASTE = 2004 << 5
"""The mode of pyte's screen in which the program can tell what is pasted from what is typed."""

SIZE = 40, 160
"""The lines and columns of a shell's terminal."""


def wait_until(condition: Callable[[], object], what: str, limit: float = LIMIT) -> None:
    """Return as soon as `condition()` is true; fail after `limit` seconds, naming `what` was waited for."""
    begin = looks = time.monotonic()
    while not condition():
        now = time.monotonic()
        waited, cost = now - begin, now - looks
        if waited > limit:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(max(min(0.01 + waited / 20, 0.05), cost))  # to look costs time, which others need
        looks = time.monotonic()


def _text(cells: Mapping[int, Any], columns: int) -> str:
    """A line of the screen."""
    row = [" "] * columns
    for x, cell in cells.items():
        if x < columns:
            row[x] = cell.data
    return "".join(row).rstrip()


class Terminal:
    """A program in a pseudo-terminal of its own, and its screen.

    The screen keeps what has scrolled off it, and answers what programs ask a terminal (where is the
    cursor?), as prompt_toolkit does at every prompt.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        size: tuple[int, int] = (40, 120),
        parent: Parent | None = None,
    ) -> None:
        rows, columns = size
        self.screen = Screen(columns, rows)
        self.screen.write_process_input = self._answer  # type: ignore[method-assign]
        self._stream = pyte.ByteStream(self.screen)
        self._lock = threading.RLock()
        self.raw = b""
        """All that the program has written."""
        self._changed = True  # the screen, since its lines were read
        self._above: list[str] = []
        self._rows: list[str] = []
        self._begun: object = None  # the first line above the screen
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        # No snapshots but in the tests of those: each shell would end with one.
        inherited.setdefault("GSHELL_SESSION", "off")
        environment = {**inherited, "TERM": "xterm-256color", "PYTHONUNBUFFERED": "", **(env or {})}
        if parent is None:
            self.process = PtyProcess.spawn(argv, env=environment, cwd=cwd and str(cwd), dimensions=size)
        else:
            self.process = fork(parent, argv, environment, str(cwd), size)
        self._closing = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(f"--- the screen ---\n{self.text()}\n------------------", file=sys.stderr)
        self.kill()

    def _read(self) -> None:
        fd = self.process.fd
        while not self._closing:
            # With a time limit: the terminal can't be closed under a read.
            if not select.select([fd], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(fd, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self.raw += data
                self._changed = True
                # pyte does not know some sequences that are no text either: the window's title, and modes of keyboards
                data = re.sub(rb"\x1b\](?:[^\x07\x1b])*(?:\x07|\x1b\\)|\x1b\[[<>=][\d;]*[a-z]", b"", data)
                self._stream.feed(without_noise(data))

    def _answer(self, data: str) -> None:
        self.process.write(data.encode())

    # What a person sees.

    def lines(self) -> list[str]:
        """The screen's lines, those that have scrolled off it first."""
        with self._lock:
            if self._changed:
                self._changed = False
                self._look()
            return [*self._above, *self._rows]

    def _look(self) -> None:
        """Read what has changed on the screen: most of it has not, and tests look often."""
        screen, top = self.screen, self.screen.above
        columns, buffer = screen.columns, screen.buffer
        begun = top[0] if top else None
        if begun is not self._begun:  # lines have been dropped, or all were cleared
            self._begun = begun
            self._above.clear()
        self._above += [_text(line, columns) for line in itertools.islice(top, len(self._above), None)]
        if len(self._rows) != screen.lines:
            self._rows = [""] * screen.lines
            screen.dirty.update(range(screen.lines))
        for y in screen.dirty & {*range(screen.lines)}:
            self._rows[y] = _text(buffer[y], columns)
        screen.dirty.clear()

    def text(self) -> str:
        """The same, as text without empty lines at the end."""
        return "\n".join(self.lines()).rstrip()

    def cursor_line(self, above: int = 0) -> str:
        """The line that the cursor is in, or one so many lines above it."""
        with self._lock:
            return _text(self.screen.buffer[self.screen.cursor.y - above], self.screen.columns)

    def wait_for(self, pattern: str, limit: float = LIMIT) -> re.Match[str]:
        """Wait until the regular expression is somewhere on the screen (^ and $ match at lines)."""
        found: list[re.Match[str]] = []

        def look() -> bool:
            # In this order: what it wrote last is on the screen when its reader has ended.
            ended = not self.alive() and not self._reader.is_alive()
            match = re.search(pattern, self.text(), re.MULTILINE)
            if match:
                found.append(match)
            return ended or bool(found)

        wait_until(look, f"{pattern!r} on the screen", limit)
        if not found:
            raise AssertionError(f"the program has ended without {pattern!r} on the screen")
        return found[0]

    # What a person does.

    def type(self, text: str) -> None:
        """Type text, without Enter."""
        self.process.write(text.encode())

    def press(self, *keys: str) -> None:
        """Press keys: "enter", "up", ..., "c-c" for Ctrl-C, or characters."""
        for key in keys:
            if re.fullmatch("c-.", key):
                self.type(chr(ord(key[2].upper()) - 64))
            else:
                self.type(KEYS.get(key, key))

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        with self._lock:
            self.screen.resize(rows, columns)
            self._changed = True
        self.process.setwinsize(rows, columns)

    # The process.

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self.process.pid)

    def alive(self) -> bool:
        """Whether the program runs."""
        return not self.process.closed and bool(self.process.isalive())

    def children(self) -> list[str]:
        """The names of the programs that it has started, directly or not."""
        names = []
        for child in psutil.Process(self.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                names.append(child.name())
        return names

    def is_asleep(self) -> bool:
        """Whether none of the program's threads runs or is about to."""
        # Twice, as they are read one after another: the last may have woken the first and gone to sleep.
        first = self._threads()
        return all("S (sleeping)" in state for state, _ in first) and self._threads() == first

    def _threads(self) -> list[list[str]]:
        """The state of each of the program's threads, and how often it has gone to sleep."""
        try:
            texts = [path.read_text() for path in sorted(Path(f"/proc/{self.pid}/task").glob("*/status"))]
        except (FileNotFoundError, ProcessLookupError):  # a thread has just ended
            return [["", ""]]
        return [re.findall(r"^(?:State|voluntary_ctxt_switches):(.*)$", text, re.MULTILINE) for text in texts]

    def wait_for_call(self, word: str = "begun") -> None:
        """Until a command that prints a word, and then calls what waits, is in that call."""
        self.wait_for(f"^{word}$")
        wait_until(self.is_asleep, "its call")

    def wait(self, limit: float = LIMIT) -> int:
        """Wait for the end of the program; return its exit status, negative for a signal."""
        wait_until(lambda: not self.alive(), "the end of the program", limit)
        self._reader.join(LIMIT)  # what it wrote last is on the screen then
        status = self.process.exitstatus
        return int(status if status is not None else -self.process.signalstatus)

    def kill(self) -> None:
        """End the program and its children, whatever they do."""
        try:
            family = [*psutil.Process(self.pid).children(recursive=True), psutil.Process(self.pid)]
        except psutil.NoSuchProcess:
            family = []
        for process in family:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                pass
        if self.alive():
            self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        self._closing = True
        self._reader.join()
        if not self.process.closed:
            self.process.fileobj.close()
            self.process.closed = True


class GShell(Terminal):
    """gshell at its prompt.

    `python` is the interpreter to run it with; `program` says what it runs, if that is not gshell itself; `home` is an
    empty directory for its files.  Where none of this is special, it is forked from `parent` if that is given.
    """

    def __init__(
        self,
        *arguments: str,
        home: Path,
        python: str = sys.executable,
        program: Sequence[str] = ("-m", "gshell"),
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        size: tuple[int, int] = SIZE,
        prompt: bool = True,
        parent: Parent | None = None,
    ) -> None:
        environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}
        self.number = 1
        argv: Sequence[str] = [python, *program, *arguments]
        if {*(env or {})} - {"GSHELL_SESSION"} or cwd or python != sys.executable or program != ("-m", "gshell"):
            parent = None
        elif parent is not None:
            argv = arguments
        super().__init__(argv, env={**environment, **(env or {})}, cwd=cwd or home, size=size, parent=parent)
        if prompt:
            self.wait_for_prompt()

    def wait_for_prompt(self, limit: float = LIMIT) -> int:
        """Wait until the prompt is there and takes input, as the last thing on the screen; return its number."""
        numbers: list[str] = []

        def look() -> bool:
            numbers[:] = re.findall(r"^In \[(\d+)\]:$", self.cursor_line())
            return bool(numbers) or not self.alive()

        wait_until(look, "an empty prompt", limit)
        assert self.alive(), "gshell has ended"
        return int(numbers[0])

    def submit(self, cell: str) -> None:
        """Type a few characters, or paste more, and press Enter; don't wait.

        Not after another submit(): the prompt that is seen may still be the one that has just been answered.
        """
        self.number = self.wait_for_prompt()  # one look: it may be drawn again at any moment
        # The prompt looks at each key: a line that is typed costs it three times what one does that is pasted.
        pastes = len(cell) > 10 and BRACKETED_PASTE in self.screen.mode
        self.type(f"\x1b[200~{cell}\x1b[201~\r" if pastes else cell + "\r")

    def run(self, cell: str, limit: float = LIMIT) -> str:
        """The same, and wait for the next prompt, and return what was printed in between."""
        self.submit(cell)
        number = self.number
        self.wait_for_end_of(number, limit)
        return self.output(number)

    def stop_when_begun(self, code: str) -> None:
        """Run code that does not end, after a line that prints "begun"; press Ctrl-C then, and wait for the prompt."""
        self.submit(f"print('be' 'gun')\n{code}")
        self.wait_for("^begun$")
        self.press("c-c")
        self.wait_for_end_of(self.number)

    def clear(self) -> None:
        """Clear the screen, and forget what was on it."""
        self.wait_for_prompt()
        self.press("c-l")
        wait_until(lambda: self.screen.cursor.y == 0 and self.prompt_number(), "a clear screen")
        with self._lock:
            self.screen.above.clear()
            self.raw, self._changed = b"", True

    def output(self, number: int) -> str:
        """What cell `number` has printed so far."""
        lines = self.lines()
        starts = [index for index, line in enumerate(lines) if line.startswith(f"In [{number}]: ")]
        if not starts:
            return ""
        start = starts[-1]
        shown = []
        for line in lines[start + 1 :]:
            if re.match(r"In \[\d+\]:", line):
                break
            shown.append(line)
        return "\n".join(shown).strip("\n")

    def prompt_number(self) -> int:
        """The number of the prompt that the cursor is at, or 0 if it is at none."""
        match = re.match(r"In \[(\d+)\]:", self.cursor_line())
        return int(match[1]) if match else 0

    def wait_for_end_of(self, number: int, limit: float = LIMIT) -> None:
        """Wait for the prompt after cell `number`."""
        wait_until(lambda: self.prompt_number() > number or not self.alive(), f"the prompt after [{number}]", limit)

    def value(self, expression: str) -> str:
        """The repr of an expression in the session."""
        return self.run(expression).partition("]: ")[2]

    def end(self) -> int:
        """Leave with Ctrl-D, whatever is lost; return the exit status."""
        self.wait_for_prompt()
        self.press("c-d")
        wait_until(lambda: not self.alive() or self.asks_whether_to_leave(), "the end, or the question")
        if self.alive():
            self.press("c-d")
        return self.wait()

    def asks_whether_to_leave(self) -> bool:
        """Whether it asks what Ctrl-D was to mean; in a narrow terminal that takes several lines."""
        with self._lock:
            below = self.screen.cursor.y + 1
            lines = [_text(self.screen.buffer[y], self.screen.columns) for y in range(max(0, below - 3), below)]
        return any(re.fullmatch(r"leave \(.*\)\? \[y/N\] *", "".join(lines[y:])) for y in range(len(lines)))


def gshell(
    *arguments: str, home: Path, env: Mapping[str, str] | None = None, stdin: str = "", limit: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run gshell without a terminal, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "gshell", *arguments],
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), **(env or {})},
        capture_output=True,
        text=True,
        timeout=limit,
        cwd=home,
    )
    done.stderr = text_without_noise(done.stderr)
    return done

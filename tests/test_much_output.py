"""Output that is much, no text, or beside the prompt."""

from __future__ import annotations

import os
import re
import select
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from gshell.console.output_queue import OutputQueue
from tests.terminal import GShell, wait_until

GARBAGE = {
    "all bytes": "bytes(range(256)) * 3",
    "random": "random.Random(1).randbytes(5000)",
    "escape": "b'\\x1b'",
    "a sequence that does not end": "b'\\x1b[12;'",
    "a title that does not end": "b'\\x1b]0;title'",
    "a device's string that does not end": "b'\\x1bPq'",
    "lines for letters": "b'\\x1b(0 \\x0e'",
    "insert mode": "b'\\x1b[4h'",
    "scrolling region": "b'\\x1b[3;5r'",
    "no cursor, no wrapping": "b'\\x1b[?25l\\x1b[?7l'",
    "other modes": "b'\\x1b[?1h\\x1b=\\x1b[?1003h\\x1b[?2004l'",
    "half of a character": "'\\u20ac'.encode()[:2]",
    "colours": "b'\\x1b[31;44;7;8m'",
}


@pytest.mark.parametrize("what", GARBAGE)
def test_prompt_is_usable_after_garbage(shell: GShell, what: str) -> None:
    shell.run("import os, random")
    for name in ("os.write(1, {})", "os.write(2, {})"):
        number = shell.wait_for_prompt()
        shell.type(name.format(GARBAGE[what]) + "\r")
        shell.wait_for_end_of(number)
        assert shell.value("6 * 7") == "42"
        shell.type("hello")
        wait_until(lambda: re.fullmatch(r"In \[\d+\]: hello", shell.cursor_line()), "what is typed, at its place")
        assert not shell.screen.cursor.hidden
        shell.press("c-c")
        shell.wait_for_prompt()
    shell.run("os.write(1, b'\\x1bc')")  # the terminal serves other tests, too


class Counted(GShell):
    """A shell whose output is counted, and only its end looked at."""

    size = 0

    def ended(self, number: int) -> bool:
        """Whether the command of this number has."""
        return not self.alive() or self.prompt_number() > number

    def _read(self) -> None:
        while not self._closing:
            if not select.select([self.process.fd], [], [], 0.05)[0]:
                continue
            data = b""
            try:
                while len(data) < 2**20 and select.select([self.process.fd], [], [], 0)[0]:
                    data += os.read(self.process.fd, 2**16)
            except OSError:
                return
            with self._lock:
                self.size += len(data)
                self.raw = data[-5000:]
                self._changed = True
                self._stream.feed(data[-3000:])


MUCH = {
    "lines": "for _ in range(10 ** 6): print('x' * 999)\n",
    "pieces": "for _ in range(10 ** 6): print('x' * 999, end='')\n",
    "writes": "for _ in range(1000): _ = sys.stdout.write('x' * 999_999 + chr(10))\n",
    "one line": "print('x' * 10 ** 8)",
    "one line of bytes": "_ = os.write(1, b'x' * 10 ** 8)",
    "its value": "'x' * 10 ** 8",
    "behind the prompt": "threading.Thread(target=lambda: [print('x' * 99_999) for _ in range(1001)]).start()",
}


def test_queue_that_changes_while_somebody_looks() -> None:
    """As a signal handler or another thread does that prints."""
    waiting = OutputQueue()
    ended = threading.Event()

    def change() -> None:
        while not ended.is_set():
            waiting.pieces.append(b"piece")
            waiting.pieces.popleft()

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=change)
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(20_000):
            count, data = waiting.look()
            assert len(data) == 5 * count
            assert not waiting.is_full
    finally:
        ended.set()
        thread.join()
        sys.setswitchinterval(interval)


PRINTS = """\
import random, threading, time
def go(name):
    for number in range(LINES):
        print(f'<{name} {number}>')
        time.sleep(random.random() * 0.01)

threads = [threading.Thread(target=go, args=[name]) for name in 'abc']
_ = [thread.start() for thread in threads]
"""


@pytest.mark.parametrize("lines", [150, pytest.param(5000, marks=[pytest.mark.stress, pytest.mark.timeout(3600)])])
def test_three_threads_print_while_someone_types(shell: GShell, lines: int) -> None:
    """What is typed arrives whole, and no line is lost, doubled or out of its order."""
    shell.run(PRINTS.replace("LINES", str(lines)))
    typed = "x = '" + "the quick brown fox jumps over the lazy dog " * 2
    for letter in typed:
        shell.type(letter)
        time.sleep(0.01)
    shell.type("'\r")
    wait_until(lambda: all(f"<{name} {lines - 1}>" in shell.text() for name in "abc"), "all lines", 30 + lines / 10)
    shell.wait_for_prompt()
    assert shell.value("x") == repr(typed[5:])
    for name in "abc":
        printed = [int(number) for number in re.findall(rb"<%c (\d+)>" % ord(name), shell.raw)]
        assert printed == list(range(lines))


@pytest.mark.stress
@pytest.mark.own_shell
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", MUCH)
def test_a_gigabyte(home: Path, what: str) -> None:
    """Or one line of 100 MB: the shell needs no memory for what it has printed, and Ctrl-C stops it soon."""
    with Counted("--no-gui", home=home) as shell:
        shell.run("import os, sys, threading")
        process = psutil.Process(shell.pid)
        before = process.memory_info().rss
        allowed = before + (4 * 10**8 if "line" in what or what == "its value" else 5 * 10**7)
        most = 0
        for interrupted in (True, False):
            begun = shell.size
            shell.submit(MUCH[what])
            number = shell.number
            wait_until(lambda begun=begun: shell.size > begun + 10**5, "output")  # type: ignore[misc]
            if interrupted:
                shell.press("c-c")
                shell.wait_for_end_of(number)
            while not shell.ended(number) or (what == "behind the prompt" and shell.size < begun + 10**8):
                most = max(most, process.memory_info().rss)
                assert most < allowed, (most, before)
                last = shell.size
                wait_until(lambda n=number, last=last: shell.size > last or shell.ended(n), "more")  # type: ignore[misc]
                time.sleep(0.1)
        assert shell.value("6 * 7") == "42"
        print(what, shell.size, "bytes; memory", before, most)
        assert shell.end() == 0

"""The fence around a thread that was given up: what it costs others, and whom it does not meet."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gshell.threads import abandon
from gshell.threads.abandon import Fence, ended
from gshell.threads.async_exc import Abandoned, raise_in_living_thread
from gshell.threads.role import current_tstate
from tests.terminal import ROOT, wait_until

HUNG = """
def hung(block, count, after):
    total = 0
    for number in range(count):
        total += number * number
    block()
    after.append(total)
    try:
        after.append(total)
    finally:
        after.append(total)
"""


class Hung:
    """A thread in a C call, with a fence around it."""

    def __init__(self) -> None:
        names: dict[str, Callable[..., None]] = {}
        exec(compile(HUNG, "<hung>", "exec"), names)
        self.function = names["hung"]
        self.after: list[int] = []
        self.died_of: list[type[BaseException]] = []
        self._lock = threading.Lock()
        self._lock.acquire()
        self._tstate = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        wait_until(self._is_in_call, "the call")

    def _run(self) -> None:
        self._tstate = current_tstate()
        try:
            self.function(self._lock.acquire, 10, self.after)
        except BaseException as error:
            self.died_of.append(type(error))
        ended()

    def _is_in_call(self) -> bool:
        frame = sys._current_frames().get(self.thread.ident or 0)
        return frame is not None and frame.f_code is self.function.__code__ and frame.f_lineno == 6

    def fence(self) -> Fence:
        """Put the fence up."""
        return Fence(self.thread, self._tstate, own=__file__)

    def end(self) -> None:
        """The call returns."""
        self._lock.release()
        self.thread.join(10)
        assert not self.thread.is_alive()


@contextmanager
def fenced() -> Iterator[tuple[Hung, Fence]]:
    """Such a thread, with its fence, until it ends."""
    hung = Hung()
    fence = hung.fence()
    try:
        yield hung, fence
    finally:
        if hung.thread.is_alive():
            hung.end()
        assert not fence.again()


def test_it_ends_where_its_call_returns() -> None:
    with fenced() as (hung, _):
        hung.end()
        assert hung.after == []
        assert hung.died_of == [Abandoned]


def test_it_ends_there_although_others_execute_the_same_function() -> None:
    with fenced() as (hung, fence):
        for _ in range(5):
            hung.function(int, 100, [])
            assert fence.again()
        hung.end()
        assert hung.after == []
        assert hung.died_of == [Abandoned]


if sys.version_info >= (3, 12):  # before, the fence is one thread's own

    def test_others_come_to_few_events() -> None:
        with fenced() as (hung, _):
            hung.function(int, 100, [])
            events: list[int] = []
            monitoring, tool = sys.monitoring, abandon._TOOL
            stock = monitoring.register_callback(tool, monitoring.events.INSTRUCTION, lambda _, at: events.append(at))
            try:
                hung.function(int, 1000, [])
            finally:
                monitoring.register_callback(tool, monitoring.events.INSTRUCTION, stock)
            assert len(events) <= 2, "the call itself, and the instruction after it"


def test_a_thread_with_the_ident_of_one_that_has_ended_is_left_alone() -> None:
    hung = Hung()
    fence = hung.fence()
    hung.end()
    alive, old = threading.Lock(), hung.thread
    alive.acquire()
    broken: list[BaseException] = []

    def run() -> None:
        try:
            alive.acquire()
            for _ in range(1000):
                pass
        except BaseException as error:
            broken.append(error)

    new = threading.Thread(target=run)
    new.start()
    # As if the system had given it the ident (which it does most of the time).
    old._ident = new.ident  # type: ignore[attr-defined]
    fence._ident = new.ident  # type: ignore[assignment]
    raise_in_living_thread(old, Abandoned)
    fence.again()
    alive.release()
    new.join(10)
    assert broken == []


PRINTING = """
import os, select, sys, threading
from gshell.console.output import AbovePrompt
from gshell.console.output_stream import text_stream
from gshell.threads.abandon import Fence, ended
from gshell.threads.async_exc import Abandoned
from gshell.threads.role import current_tstate
from tests.terminal import wait_until

read, write = os.pipe()
saved = os.dup(1)
os.dup2(write, 1)
above = AbovePrompt()
out = text_stream(1, above)
if sys.argv[1] == "queued":
    above._door.close(0)
    above.put(1, b"before")
    above._door.open()
states = []

def work():
    states.append(current_tstate())
    try:
        while True:
            print("x" * 100_000, file=out)
    except Abandoned:
        pass
    ended()

def is_held():
    frame = sys._current_frames().get(thread.ident)
    return frame is not None and frame.f_code.co_name == "write" and not select.select([], [1], [], 0)[1]

thread = threading.Thread(target=work, daemon=True)
thread.start()
wait_until(is_held, "the pipe to be full")
fence = Fence(thread, states[0], own="<string>")
while thread.is_alive():
    if select.select([read], [], [], 0.05)[0]:
        os.read(read, 65536)
fence.again()
rest = above._queues[1]
os.write(saved, repr((above._door.wait(0.1), rest.emptier.look(), len(rest.pieces))).encode())
os._exit(0)
"""


@pytest.mark.parametrize("way", ["direct", "queued"])
def test_a_thread_that_is_given_up_in_a_write_is_in_nobodys_way(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINTING, way], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stdout == "(True, None, 0)", done.stderr

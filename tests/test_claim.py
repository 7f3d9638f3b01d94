"""A claim: of all who take it, exactly one gets it."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

from gshell.threads.claim import Claim


def test_one_after_another() -> None:
    claim = Claim[str]()
    assert claim.take() is None
    assert claim.offer("first")
    assert not claim.offer("second")
    assert claim.look() == "first"
    assert claim.take() == "first"
    assert claim.take() is None
    assert claim.look() is None


def test_one_that_is_there_from_the_beginning() -> None:
    claim = Claim("it")
    assert claim.take() == "it"
    assert claim.take() is None


def test_of_many_threads_one_gets_it() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(200):
            claim, got, begin = Claim("it"), list[str | None](), threading.Barrier(8)

            def take(claim: Claim[str] = claim, got: list[str | None] = got, at: threading.Barrier = begin) -> None:
                at.wait()
                got.append(claim.take())

            threads = [threading.Thread(target=take) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(map(str, got)) == ["None"] * 7 + ["it"]
    finally:
        sys.setswitchinterval(before)


def test_of_code_and_the_signal_handler_that_interrupts_it_one_gets_it() -> None:
    claim, taken = Claim[int](), list[int]()

    def take() -> None:
        number = claim.take()
        if number is not None:
            taken.append(number)

    def handler(signum: int, frame: FrameType | None) -> None:
        take()

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
    try:
        for number in range(20_000):
            claim.offer(number)
            take()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert taken == list(range(20_000))

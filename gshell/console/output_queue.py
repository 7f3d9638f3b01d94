"""What waits to be printed above the prompt, of one stream."""

from __future__ import annotations

import queue
from _queue import SimpleQueue
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gshell.threads.abandon import completes
from gshell.threads.claim import Claim

MOST = 2**13
"""Bytes that may wait to be printed above the prompt."""
PIECES = 2**10
"""Writes whose output may wait so."""
PATIENCE = 1.0
"""Seconds after which more output may wait, because the terminal was stopped."""


completes(__file__)


class OutputQueue:
    """What waits for one stream.  Anybody adds to it; it is emptied by who has claimed that.

    Who looks at all pieces makes a list of them: that is one call into C, in which no other thread and no signal
    handler changes the queue.  An iterator is made in one call, and used up in another.
    """

    def __init__(self) -> None:
        self.pieces: deque[bytes] = deque()
        self.emptier = Claim[object]()  # who empties it offers a token, and takes that away again

    @property
    def is_full(self) -> bool:
        return len(self.pieces) >= PIECES or sum(map(len, list(self.pieces))) >= MOST

    def look(self) -> tuple[int, bytes]:
        """How many pieces there are, and what they say together."""
        pieces = list(self.pieces)
        return len(pieces), b"".join(pieces)

    def shorten(self) -> None:
        """Keep the last state of a line that is written anew again and again: a progress bar has no end, and would
        soon be all that may wait.  By who has claimed the emptying."""
        count, data = self.look()
        if count > PIECES // 2 or len(data) > MOST // 2:
            self.remove(count)
            self.pieces.appendleft(last_state(data))

    @contextmanager
    def emptying(self, token: object) -> Iterator[bool]:
        """Claim that nobody else empties it meanwhile; whether that is so.  Nobody else has the same `token`.

        The token is what makes it safe: a signal handler of the user's may raise right after the claim.
        """
        try:
            yield self.emptier.offer(token)
        finally:
            if self.emptier.look() is token:
                self.emptier.take()

    def remove(self, count: int) -> None:
        """Remove the oldest pieces.  By who has claimed that."""
        for _ in range(count):
            self.pieces.popleft()


class HeldUp:
    """The threads that print more than is printed: each waits on a bell of its own."""

    def __init__(self) -> None:
        self._bells: deque[SimpleQueue[None]] = deque()

    def wait(self, waiting: OutputQueue) -> None:
        """Wait for room in a queue.  In such a thread."""
        bell: SimpleQueue[None] = SimpleQueue()
        self._bells.append(bell)
        if waiting.is_full:  # or the bell may have been rung for the last time
            with suppress(queue.Empty):
                bell.get(timeout=PATIENCE)

    def go_on(self) -> None:
        """There is room.  From any thread."""
        with suppress(IndexError):
            while True:
                self._bells.popleft().put(None)


def last_state(line: bytes) -> bytes:
    """What is to be seen of a line that has not ended, from its last carriage return on."""
    text = line.rstrip(b"\r")
    _before, again, last = text.rpartition(b"\r")
    return again + last + line[len(text) :]

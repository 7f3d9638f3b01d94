"""What waits to be printed above the prompt, of one stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from gshell.threads.abandon import completes
from gshell.threads.claim import Claim

MOST = 2**13
"""Bytes that may wait to be printed above the prompt."""
PIECES = 2**10
"""Writes whose output may wait so."""


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


def last_state(line: bytes) -> bytes:
    """What is to be seen of a line that has not ended, from its last carriage return on."""
    text = line.rstrip(b"\r")
    _before, again, last = text.rpartition(b"\r")
    return again + last + line[len(text) :]
